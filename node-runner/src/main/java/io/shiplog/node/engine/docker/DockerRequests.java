package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.engine.ContainerRequest.Security;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts between the port and docker-java. Pure except for {@link #create}, which only fills in a command. */
final class DockerRequests {
    private static final long CPU_PERIOD_MICROS = 100_000;
    /** Docker refuses a smaller limit. */
    /** As the kubelet: 10 MB a file, and one older file. */
    private static final LogConfig LOGS =
            new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "2"));
    /** Docker's error for a time in the future. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private DockerRequests() {}

    static CreateContainerCmd create(DockerClient client, ContainerRequest request) {
        CreateContainerCmd command = client.createContainerCmd(request.image())
                .withName(request.name())
                .withEnv(request.env())
                .withLabels(request.labels())
                .withStdinOpen(request.stdin())
                .withStdInOnce(request.stdinOnce())
                .withTty(request.tty())
                .withExposedPorts(
                        request.ports().stream().map(DockerRequests::exposed).toList())
                .withHostConfig(hostConfig(request));
        if (request.entrypoint() != null) {
            command.withEntrypoint(request.entrypoint());
        }
        if (request.command() != null) {
            command.withCmd(request.command());
        }
        if (!request.workingDir().isEmpty()) {
            command.withWorkingDir(request.workingDir());
        }
        if (!request.user().isEmpty()) {
            command.withUser(request.user());
        }
        if (!request.hostname().isEmpty()) {
            command.withHostName(request.hostname());
        }
        return command;
    }

    private static HostConfig hostConfig(ContainerRequest request) {
        Limits limits = request.limits();
        Security security = request.security();
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(request.namespaces().network())
                .withIpcMode(request.namespaces().ipc())
                .withMounts(request.mounts().stream().map(DockerRequests::mount).toList())
                .withPortBindings(
                        request.ports().stream().map(DockerRequests::binding).toList())
                .withLogConfig(LOGS)
                .withOomScoreAdj(limits.oomScoreAdj())
                .withPrivileged(security.privileged())
                .withReadonlyRootfs(security.readOnlyRoot())
                .withCapAdd(capabilities(security.capAdd()))
                .withCapDrop(capabilities(security.capDrop()));
        if (!request.namespaces().pid().isEmpty()) {
            host.withPidMode(request.namespaces().pid());
        }
        if (!request.groups().isEmpty()) {
            host.withGroupAdd(request.groups());
        }
        if (!security.options().isEmpty()) {
            host.withSecurityOpts(security.options());
        }
        if (!security.runtime().isEmpty()) {
            host.withRuntime(security.runtime());
        }
        if (!security.sysctls().isEmpty()) {
            host.withSysctls(security.sysctls());
        }
        if (limits.cpuShares() > 0) {
            host.withCpuShares(limits.cpuShares());
        }
        if (limits.cpuQuota() > 0) {
            host.withCpuPeriod(CPU_PERIOD_MICROS).withCpuQuota(limits.cpuQuota());
        }
        if (limits.memoryBytes() > 0) {
            long memory = Math.max(limits.memoryBytes(), Limits.LEAST_MEMORY);
            host.withMemory(memory).withMemorySwap(memory);
        }
        return host;
    }

    /** The engine keeps what is 0. */
    static UpdateContainerCmd update(DockerClient client, String id, Limits limits) {
        UpdateContainerCmd update = client.updateContainerCmd(id);
        if (limits.cpuShares() > 0) {
            update.withCpuShares(limits.cpuShares());
        }
        if (limits.cpuQuota() > 0) {
            update.withCpuPeriod(CPU_PERIOD_MICROS).withCpuQuota(limits.cpuQuota());
        }
        if (limits.memoryBytes() > 0) {
            update.withMemory(limits.memoryBytes()).withMemorySwap(limits.memoryBytes());
        }
        return update;
    }

    private static Mount mount(ContainerRequest.Mount mount) {
        Mount made = new Mount()
                .withSource(mount.source())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly());
        if (!mount.source().startsWith("/")) {
            return made.withType(MountType.VOLUME);
        }
        return made.withType(MountType.BIND)
                .withBindOptions(new BindOptions()
                        .withPropagation(BindPropagation.valueOf(
                                mount.propagation().substring(0, 1).toUpperCase(Locale.ROOT) + "_"
                                        + mount.propagation().substring(1).toUpperCase(Locale.ROOT))));
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream()
                .map(name -> name.startsWith("CAP_") ? name.substring("CAP_".length()) : name)
                .map(DockerRequests::capability)
                .toArray(Capability[]::new);
    }

    private static Capability capability(String name) {
        try {
            return Capability.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new EngineException(Why.REFUSED, "invalid capability: \"CAP_" + name + "\"", e);
        }
    }

    private static ExposedPort exposed(ContainerRequest.PublishedPort port) {
        return new ExposedPort(port.containerPort(), InternetProtocol.parse(port.protocol()));
    }

    private static PortBinding binding(ContainerRequest.PublishedPort port) {
        String hostPort = Integer.toString(port.hostPort());
        return new PortBinding(
                port.hostIp().isEmpty()
                        ? Ports.Binding.bindPort(port.hostPort())
                        : new Ports.Binding(port.hostIp(), hostPort),
                exposed(port));
    }

    static Container container(InspectContainerResponse from) {
        var state = from.getState();
        ContainerConfig config = from.getConfig();
        boolean running = Boolean.TRUE.equals(state.getRunning());
        String name = or(from.getName(), "");
        return new Container(
                from.getId(),
                name.startsWith("/") ? name.substring(1) : name,
                config.getLabels() == null ? Map.of() : config.getLabels(),
                running ? State.RUNNING : "created".equals(state.getStatus()) ? State.CREATED : State.EXITED,
                running && state.getPidLong() != null ? state.getPidLong() : 0,
                Instant.parse(or(from.getCreated(), "1970-01-01T00:00:00Z")),
                moment(state.getStartedAt()),
                running ? null : moment(state.getFinishedAt()),
                state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                or(state.getError(), ""),
                or(from.getImageId(), ""),
                address(from),
                config.getRawValues().get("StopSignal") instanceof String signal && !signal.isEmpty()
                        ? signal
                        : "SIGTERM",
                limits(from.getHostConfig()));
    }

    private static Limits limits(@Nullable HostConfig host) {
        if (host == null) {
            return Limits.NONE;
        }
        return new Limits(
                host.getCpuShares() == null ? 0 : host.getCpuShares(),
                host.getCpuQuota() == null ? 0 : host.getCpuQuota(),
                host.getMemory() == null ? 0 : host.getMemory(),
                0);
    }

    private static String address(InspectContainerResponse from) {
        if (from.getNetworkSettings() == null || from.getNetworkSettings().getNetworks() == null) {
            return "";
        }
        return from.getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(ip -> ip != null && !ip.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static @Nullable Instant moment(@Nullable String text) {
        return text == null || text.isEmpty() || text.equals(NEVER) ? null : Instant.parse(text);
    }

    static Image image(String reference, InspectImageResponse from) {
        ContainerConfig config = from.getConfig();
        return new Image(
                or(from.getId(), ""),
                digest(reference, from.getRepoDigests() == null ? List.of() : from.getRepoDigests()),
                config == null ? "" : or(config.getUser(), ""),
                config == null || config.getEntrypoint() == null ? List.of() : List.of(config.getEntrypoint()),
                config == null || config.getCmd() == null ? List.of() : List.of(config.getCmd()));
    }

    /** One image may come from many repositories: the digest of the requested one, else any. */
    private static String digest(String reference, List<String> digests) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        String repository =
                reference.substring(0, reference.length() - last.length()) + last.replaceFirst("[:@].*", "");
        return digests.stream()
                .filter(digest -> digest.startsWith(repository + "@"))
                .findFirst()
                .orElse(digests.isEmpty() ? "" : digests.getFirst());
    }

    /** Without a tag Docker would pull every tag. */
    static String withTag(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? reference : reference + ":latest";
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
