package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.ContainerSession.Streams;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Docker Engine, local or remote, through its own API. The API version is the engine's own but never above {@link #NEWEST_API}:
 * only tested versions are used.
 */
public final class DockerEngine implements ContainerEngine {
    /** The newest Docker API that was tested (Docker 20.10). */
    private static final String NEWEST_API = "1.41";
    /** Followed logs, pulls and the event stream each hold a connection. */
    private static final int MAX_CONNECTIONS = 512;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** A pull without progress for this long is aborted; the engine keeps the finished layers. */
    private static final Duration PULL_TIMEOUT = Duration.ofMinutes(30);

    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(5);

    private final DockerClient client;
    private final DockerHttpClient http;
    private final String apiVersion;
    private final URI host;

    private DockerEngine(String host, String apiVersion) {
        DefaultDockerClientConfig config = config(host, apiVersion);
        this.http = http(config);
        this.client = DockerClientImpl.getInstance(config, http);
        this.apiVersion = apiVersion;
        this.host = config.getDockerHost();
    }

    /**
     * Connects.
     *
     * @param host {@code unix:///var/run/docker.sock}, {@code tcp://…}
     * @throws EngineException UNREACHABLE, with advice
     */
    public static DockerEngine connect(String host) {
        DefaultDockerClientConfig config = config(host, null);
        DockerClient asking = DockerClientImpl.getInstance(config, http(config));
        try {
            Version version = asking.versionCmd().exec();
            String api = older(version.getApiVersion(), NEWEST_API);
            return new DockerEngine(host, api);
        } catch (RuntimeException e) {
            throw new EngineException(
                    Why.UNREACHABLE,
                    "no Docker Engine answers at %s (%s): is it installed and running, and may this user use it?"
                            .formatted(host, rootMessage(e)),
                    e);
        } finally {
            closeQuietly(asking);
        }
    }

    private static DefaultDockerClientConfig config(String host, @Nullable String api) {
        DefaultDockerClientConfig.Builder config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(host);
        config.withApiVersion(api == null ? RemoteApiVersion.UNKNOWN_VERSION : RemoteApiVersion.parseConfig(api));
        return config.build();
    }

    private static DockerHttpClient http(DefaultDockerClientConfig config) {
        return new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .build();
    }

    private static String older(@Nullable String theirs, String ours) {
        if (theirs == null) {
            return ours;
        }
        int minor = Integer.parseInt(theirs.substring(theirs.indexOf('.') + 1));
        return minor < Integer.parseInt(ours.substring(ours.indexOf('.') + 1)) ? theirs : ours;
    }

    @Override
    public EngineInfo info() {
        Info info = calling(() -> client.infoCmd().exec());
        return new EngineInfo(
                or(info.getServerVersion(), ""),
                apiVersion,
                or(info.getOperatingSystem(), ""),
                or(info.getKernelVersion(), ""),
                or(info.getArchitecture(), ""),
                info.getNCPU() == null ? 1 : info.getNCPU(),
                info.getMemTotal() == null ? 0 : info.getMemTotal(),
                or(info.getDockerRootDir(), "/var/lib/docker"));
    }

    @Override
    public String create(ContainerRequest request) {
        try {
            return DockerRequests.create(client, request).exec().getId();
        } catch (NotFoundException e) {
            throw new EngineException(Why.NO_IMAGE, message(e), e);
        } catch (ConflictException e) {
            throw new EngineException(Why.NAME_TAKEN, message(e), e);
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void start(String id) {
        try {
            client.startContainerCmd(id).exec();
        } catch (NotModifiedException e) {
            // It runs already, as requested.
            return;
        } catch (NotFoundException e) {
            // Docker also answers 404 if the program is not in the image; only a missing container is gone.
            throw inspect(id).isPresent()
                    ? new EngineException(Why.REFUSED, message(e), e)
                    : new EngineException(Why.GONE, message(e), e);
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void update(String id, ContainerRequest.Limits limits) {
        try {
            DockerRequests.update(client, id, limits).exec();
        } catch (NotFoundException e) {
            throw new EngineException(Why.GONE, message(e), e);
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void signal(String id, String signal) {
        try {
            client.killContainerCmd(id).withSignal(signal).exec();
        } catch (NotFoundException | ConflictException e) {
            return;
        } catch (RuntimeException e) {
            if (message(e).contains("is not running")) {
                return;
            }
            throw refused(e);
        }
    }

    @Override
    public void remove(String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            return;
        } catch (ConflictException e) {
            // "removal of container … is already in progress"
            return;
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public Optional<Container> inspect(String id) {
        try {
            InspectContainerResponse response = client.inspectContainerCmd(id).exec();
            return Optional.of(DockerRequests.container(response));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public List<Container> list(Map<String, String> labels) {
        return calling(() -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(labels)
                        .exec())
                .stream()
                .map(summary -> inspect(summary.getId()))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public Optional<Image> image(String reference) {
        try {
            InspectImageResponse image = client.inspectImageCmd(reference).exec();
            return Optional.of(DockerRequests.image(reference, image));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void pull(String reference, @Nullable RegistryLogin login) {
        PullImageCmd pull = client.pullImageCmd(DockerRequests.withTag(reference));
        if (login != null) {
            AuthConfig auth = new AuthConfig()
                    .withRegistryAddress(login.server())
                    .withUsername(login.user())
                    .withPassword(login.password());
            pull.withAuthConfig(login.identityToken().isEmpty() ? auth : auth.withIdentityToken(login.identityToken()));
        }
        await(pull.start(), PULL_TIMEOUT, "pulling " + reference);
    }

    @Override
    public void save(String id, ArchiveReader reader) throws IOException {
        try (InputStream tar = saved(id)) {
            reader.read(tar);
        }
    }

    private InputStream saved(String id) {
        try {
            return client.saveImageCmd(id).exec();
        } catch (NotFoundException e) {
            throw new EngineException(Why.NO_IMAGE, message(e), e);
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void removeImage(String reference) {
        try {
            client.removeImageCmd(reference).exec();
        } catch (NotFoundException e) {
            return;
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public void build(String reference, InputStream tar) {
        // awaitImageId and not awaitCompletion: only the former checks whether the build failed.
        calling(() -> client.buildImageCmd(tar)
                .withTags(Set.of(reference))
                .withNoCache(true)
                .start()
                .awaitImageId(BUILD_TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    }

    private static void await(ResultCallback.Adapter<?> running, Duration timeout, String what) {
        try {
            if (!running.awaitCompletion(timeout.toSeconds(), TimeUnit.SECONDS)) {
                closeQuietly(running);
                throw new EngineException(Why.TIMED_OUT, what + ": no end after " + timeout.toMinutes() + " minutes");
            }
        } catch (InterruptedException e) {
            closeQuietly(running);
            Thread.currentThread().interrupt();
            throw new EngineException(Why.TIMED_OUT, what + " was interrupted", e);
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public ExecOutcome exec(String id, List<String> command, Duration timeout) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            String exec = client.execCreateCmd(id)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId();
            ResultCallback.Adapter<Frame> running = client.execStartCmd(exec).exec(new ResultCallback.Adapter<>() {
                @Override
                public void onNext(Frame frame) {
                    int room = MAX_EXEC_OUTPUT - output.size();
                    output.write(frame.getPayload(), 0, Math.min(room, frame.getPayload().length));
                }
            });
            if (!running.awaitCompletion(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                closeQuietly(running);
                throw new EngineException(Why.TIMED_OUT, "command timed out after " + timeout.toSeconds() + "s");
            }
            Long code = client.inspectExecCmd(exec).exec().getExitCodeLong();
            return new ExecOutcome(code == null ? -1 : code.intValue(), output.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(Why.TIMED_OUT, "command was interrupted", e);
        } catch (NotFoundException | ConflictException e) {
            throw new EngineException(Why.GONE, message(e), e);
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    @Override
    public ContainerSession open(String id, List<String> command, Streams streams) {
        String exec;
        try {
            exec = client.execCreateCmd(id)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdin(streams.stdin())
                    .withAttachStdout(streams.stdout())
                    .withAttachStderr(streams.stderr())
                    .withTty(streams.terminal())
                    .exec()
                    .getId();
        } catch (NotFoundException | ConflictException e) {
            throw new EngineException(Why.GONE, message(e), e);
        } catch (RuntimeException e) {
            throw refused(e);
        }
        HijackedConnection connection = HijackedConnection.open(
                host,
                "/v%s/exec/%s/start".formatted(apiVersion, exec),
                "{\"Detach\":false,\"Tty\":%b}".formatted(streams.terminal()));
        return new DockerSession(client, connection, id, exec, streams.terminal());
    }

    @Override
    public ContainerSession attach(String id, Streams streams) {
        if (!inspect(id).map(Container::running).orElse(false)) {
            throw new EngineException(Why.GONE, "Container " + id + " is not running");
        }
        HijackedConnection connection = HijackedConnection.open(
                host,
                "/v%s/containers/%s/attach?stream=1&stdin=%b&stdout=%b&stderr=%b"
                        .formatted(apiVersion, id, streams.stdin(), streams.stdout(), streams.stderr()),
                "");
        return new DockerSession(client, connection, id, null, streams.terminal());
    }

    @Override
    public void logs(String id, LogRequest request, LogReader reader) throws IOException {
        new DockerLogs(http, apiVersion, id).read(request, reader);
    }

    @Override
    public void createMemoryVolume(String name, @Nullable Long maxBytes, Map<String, String> labels) {
        Map<String, String> options = new HashMap<>(Map.of("type", "tmpfs", "device", "tmpfs"));
        options.put("o", maxBytes == null ? "mode=1777" : "mode=1777,size=" + maxBytes);
        calling(() -> client.createVolumeCmd()
                .withName(name)
                .withDriver("local")
                .withDriverOpts(options)
                .withLabels(labels)
                .exec());
    }

    @Override
    public void removeVolumes(Map<String, String> labels) {
        List<String> filters = labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList();
        var volumes = calling(
                () -> client.listVolumesCmd().withFilter("label", filters).exec());
        if (volumes.getVolumes() == null) {
            return;
        }
        for (var volume : volumes.getVolumes()) {
            try {
                client.removeVolumeCmd(volume.getName()).exec();
            } catch (NotFoundException | ConflictException e) {
                // Gone, or in use: the contract ignores both.
                continue;
            }
        }
    }

    @Override
    public Subscription events(Map<String, String> labels, EventReader reader) {
        return DockerEvents.follow(client, labels, reader);
    }

    @Override
    public void close() {
        closeQuietly(client);
    }

    private interface Call<T> {
        T run();
    }

    private static <T> T calling(Call<T> call) {
        try {
            return call.run();
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    static EngineException refused(RuntimeException e) {
        boolean unreachable = !(e instanceof com.github.dockerjava.api.exception.DockerException)
                && (e instanceof UncheckedIOException || e.getCause() instanceof IOException);
        return new EngineException(unreachable ? Why.UNREACHABLE : Why.REFUSED, message(e), e);
    }

    /** Docker's message without the "Status 500:" and the JSON that docker-java adds. */
    static String message(Throwable e) {
        String text = String.valueOf(e.getMessage());
        int start = text.indexOf("{\"message\":\"");
        int end = text.lastIndexOf("\"}");
        if (start < 0 || end < start) {
            return text.strip();
        }
        return text.substring(start + "{\"message\":\"".length(), end)
                .replace("\\\"", "\"")
                .replace("\\n", "\n")
                .strip();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    private static void closeQuietly(java.io.Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // The connection was no longer needed.
            return;
        }
    }
}
