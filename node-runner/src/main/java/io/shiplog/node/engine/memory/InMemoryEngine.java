package io.shiplog.node.engine.memory;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.ContainerSession.Streams;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Containers in memory. A container runs until {@link #exit} or a signal ends it: {@code SIGKILL} always does, any other unless
 * it is {@link #ignoreSignals set to ignore it}. Commands inside answer as set by {@link #answer}, else with 0.
 */
public final class InMemoryEngine implements ContainerEngine {
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    private final Supplier<Instant> now;
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Map<String, ContainerRequest> requests = new HashMap<>();
    private final Map<String, Image> images = new HashMap<>();
    private final Map<String, Image> registry = new HashMap<>();
    private final Map<String, byte[]> archives = new HashMap<>();
    private final Map<String, String> readers = new HashMap<>();
    private final Map<String, String> updateErrors = new HashMap<>();
    private final Map<String, String> startErrors = new HashMap<>();
    private final Map<String, Integer> shortLives = new HashMap<>();
    private final Map<String, ExecOutcome> answers = new HashMap<>();
    private final Map<String, Program> programs = new HashMap<>();
    private final List<CompletableFuture<Integer>> sessions = new ArrayList<>();
    private final Map<String, List<String>> logs = new HashMap<>();
    private final Map<String, Map<String, String>> volumes = new HashMap<>();
    private final Set<String> ignoring = new HashSet<>();
    private final List<Follower> followers = new ArrayList<>();
    private int lastId;
    private boolean away;

    private record Follower(Map<String, String> labels, EventReader reader) {}

    /** @param now the time of the containers */
    public InMemoryEngine(Supplier<Instant> now) {
        this.now = now;
    }

    /** An image on the machine. */
    public synchronized void addImage(String reference, String user) {
        images.put(reference, new Image("sha256:" + reference, "", user, List.of(), List.of("run")));
    }

    /** The archive of an image, by its id. */
    public synchronized void archive(String id, byte[] tar) {
        archives.put(id, tar.clone());
    }

    /** An image that can be pulled. */
    public synchronized void publish(String reference) {
        registry.put(
                reference, new Image("sha256:" + reference, reference + "@sha256:1", "", List.of(), List.of("run")));
    }

    /** An image that only one user can pull. */
    public synchronized void publish(String reference, String reader) {
        publish(reference);
        readers.put(reference, reader);
    }

    /** Containers of this image cannot start, for this reason. */
    public synchronized void refuseToStart(String image, String error) {
        startErrors.put(image, error);
    }

    /** The next container of this image ends with this code right after it was first observed running. */
    public synchronized void endOnceSeen(String image, int code) {
        shortLives.put(image, code);
    }

    /** Sets the answer of commands inside a container, by their first words. */
    public synchronized void answer(String firstWord, int exitCode, String output) {
        answers.put(firstWord, new ExecOutcome(exitCode, output));
    }

    /** A program for {@link #open}. */
    @FunctionalInterface
    public interface Program {
        /**
         * Runs to its end.
         *
         * @param size the terminal's newest size, as {@code 80x24}
         * @return the exit code
         * @throws InterruptedException or an IOException if it is killed
         */
        int run(InputStream in, OutputStream out, OutputStream err, Supplier<String> size)
                throws IOException, InterruptedException;
    }

    /** Sets what a command with this first word does; the empty word is the process of every container. */
    public synchronized void program(String firstWord, Program program) {
        programs.put(firstWord, program);
    }

    /** The container ignores all signals except {@code SIGKILL}. */
    public synchronized void ignoreSignals(String id) {
        ignoring.add(id);
    }

    /** A line that a container printed, with its line end. */
    public synchronized void print(String id, String line) {
        logs.computeIfAbsent(id, key -> new ArrayList<>()).add(now.get() + " " + line);
    }

    /** Whether calls fail as with a stopped Docker. */
    public synchronized void away(boolean isAway) {
        away = isAway;
    }

    /** The specification of a container. */
    public synchronized ContainerRequest request(String id) {
        return requestOf(found(id).id());
    }

    private ContainerRequest requestOf(String id) {
        ContainerRequest request = requests.get(id);
        if (request == null) {
            throw new IllegalStateException("every container was made of a request: " + id);
        }
        return request;
    }

    /** A container's process ends by itself. */
    public void exit(String id, int code) {
        Container dead;
        synchronized (this) {
            dead = ended(found(id), code);
        }
        publish(dead);
    }

    @Override
    public synchronized EngineInfo info() {
        present();
        return new EngineInfo("memory", "0", "memory", "0", "x86_64", 4, 8L << 30, "/");
    }

    @Override
    public synchronized void removeImage(String reference) {
        present();
        Image image = images.get(reference);
        if (image == null) {
            return;
        }
        if (containers.values().stream().anyMatch(c -> c.imageId().equals(image.id()))) {
            throw new EngineException(
                    Why.REFUSED, "conflict: unable to remove repository reference \"" + reference + "\"");
        }
        images.remove(reference);
    }

    @Override
    public void save(String id, ArchiveReader reader) throws IOException {
        byte[] tar;
        synchronized (this) {
            present();
            tar = archives.get(id);
        }
        if (tar == null) {
            throw new EngineException(Why.NO_IMAGE, "No such image: " + id);
        }
        reader.read(new ByteArrayInputStream(tar));
    }

    @Override
    public synchronized String create(ContainerRequest request) {
        present();
        Image image = images.get(request.image());
        if (image == null) {
            throw new EngineException(Why.NO_IMAGE, "No such image: " + request.image());
        }
        if (containers.values().stream().anyMatch(c -> c.name().equals(request.name()))) {
            throw new EngineException(
                    Why.NAME_TAKEN, "The container name \"/" + request.name() + "\" is already in use");
        }
        String id = "%064x".formatted(++lastId);
        containers.put(
                id,
                new Container(
                        id,
                        request.name(),
                        request.labels(),
                        State.CREATED,
                        0,
                        now.get(),
                        null,
                        null,
                        0,
                        false,
                        "",
                        image.id(),
                        address(request, lastId),
                        "SIGTERM",
                        request.limits().withOomScoreAdj(0)));
        requests.put(id, request);
        return id;
    }

    private static String address(ContainerRequest request, int number) {
        return request.namespaces().network().equals("bridge") ? "10.0.0." + number : "";
    }

    @Override
    public void start(String id) {
        Container started;
        synchronized (this) {
            present();
            Container c = found(id);
            if (c.running()) {
                return;
            }
            String error = startErrors.getOrDefault(requestOf(c.id()).image(), "");
            if (!error.isEmpty()) {
                containers.put(c.id(), with(c, State.CREATED, null, null, 127, error));
                throw new EngineException(Why.REFUSED, error);
            }
            started = with(c, State.RUNNING, now.get(), null, 0, "");
            containers.put(c.id(), started);
        }
        publish(started);
    }

    /** Updates of containers of this image are refused with a message. */
    public synchronized void refuseUpdates(String image, String error) {
        updateErrors.put(image, error);
    }

    @Override
    public synchronized void update(String id, ContainerRequest.Limits limits) {
        present();
        Container c = found(id);
        String error = updateErrors.getOrDefault(requestOf(c.id()).image(), "");
        if (!error.isEmpty()) {
            throw new EngineException(Why.REFUSED, error);
        }
        containers.put(
                c.id(),
                new Container(
                        c.id(),
                        c.name(),
                        c.labels(),
                        c.state(),
                        c.pid(),
                        c.createdAt(),
                        c.startedAt(),
                        c.finishedAt(),
                        c.exitCode(),
                        c.oomKilled(),
                        c.error(),
                        c.imageId(),
                        c.address(),
                        c.stopSignal(),
                        limits.withOomScoreAdj(0)));
    }

    @Override
    public void signal(String id, String signal) {
        Container dead;
        synchronized (this) {
            present();
            Optional<Container> found = inspect(id);
            if (found.isEmpty()
                    || !found.get().running()
                    || (ignoring.contains(found.get().id()) && !signal.equals("SIGKILL"))) {
                return;
            }
            dead = ended(found.get(), signal.equals("SIGKILL") ? KILLED : TERMINATED);
        }
        publish(dead);
    }

    private Container ended(Container container, int code) {
        Container dead = with(container, State.EXITED, container.startedAt(), now.get(), code, "");
        containers.put(dead.id(), dead);
        return dead;
    }

    private static Container with(
            Container c, State state, @Nullable Instant started, @Nullable Instant finished, int code, String error) {
        long pid = state == State.RUNNING ? Long.parseLong(c.id(), 16) : 0;
        return new Container(
                c.id(),
                c.name(),
                c.labels(),
                state,
                pid,
                c.createdAt(),
                started,
                finished,
                code,
                false,
                error,
                c.imageId(),
                c.address(),
                c.stopSignal(),
                c.limits());
    }

    @Override
    public void remove(String id) {
        Container gone;
        synchronized (this) {
            present();
            gone = inspect(id).orElse(null);
            if (gone == null) {
                return;
            }
            containers.remove(gone.id());
        }
        publish(gone);
    }

    @Override
    public Optional<Container> inspect(String id) {
        Optional<Container> seen = known(id);
        if (seen.isPresent() && seen.get().running()) {
            Integer code;
            synchronized (this) {
                code = shortLives.remove(requestOf(seen.get().id()).image());
            }
            if (code != null) {
                exit(id, code);
            }
        }
        return seen;
    }

    private synchronized Optional<Container> known(String id) {
        present();
        Container byId = containers.get(id);
        return byId != null
                ? Optional.of(byId)
                : containers.values().stream().filter(c -> c.name().equals(id)).findFirst();
    }

    private Container found(String id) {
        return known(id).orElseThrow(() -> new EngineException(Why.GONE, "No such container: " + id));
    }

    @Override
    public synchronized List<Container> list(Map<String, String> labels) {
        present();
        return containers.values().stream()
                .filter(c -> c.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public synchronized Optional<Image> image(String reference) {
        present();
        return Optional.ofNullable(images.get(reference));
    }

    @Override
    public synchronized void pull(String reference, @Nullable RegistryLogin login) {
        present();
        Image image = registry.get(reference);
        if (image == null) {
            throw new EngineException(Why.REFUSED, "manifest for " + reference + " not found: manifest unknown");
        }
        String user = login == null ? "" : login.user();
        if (!readers.getOrDefault(reference, user).equals(user)) {
            throw new EngineException(Why.REFUSED, "unauthorized: " + user);
        }
        images.put(reference, image);
    }

    @Override
    public synchronized void build(String reference, InputStream tar) {
        present();
        try {
            if (tar.readAllBytes().length == 0) {
                throw new EngineException(Why.REFUSED, "the build context is empty");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        addImage(reference, "");
    }

    @Override
    public synchronized ExecOutcome exec(String id, List<String> command, Duration timeout) {
        present();
        if (!found(id).running()) {
            throw new EngineException(Why.GONE, "Container " + id + " is not running");
        }
        return answers.getOrDefault(command.getFirst(), new ExecOutcome(0, ""));
    }

    @Override
    public synchronized ContainerSession open(String id, List<String> command, Streams streams) {
        present();
        if (!found(id).running()) {
            throw new EngineException(Why.GONE, "Container " + id + " is not running");
        }
        Program program = programs.get(command.getFirst());
        if (program == null) {
            throw new EngineException(
                    Why.REFUSED, "exec: \"%s\": executable file not found in $PATH".formatted(command.getFirst()));
        }
        return started(program);
    }

    private ContainerSession started(Program program) {
        MemorySession session = new MemorySession(program);
        sessions.add(session.ended());
        return session;
    }

    @Override
    public synchronized ContainerSession attach(String id, Streams streams) {
        present();
        Container container = found(id);
        if (!container.running()) {
            throw new EngineException(Why.GONE, "Container " + id + " is not running");
        }
        return started(programs.getOrDefault("", (in, out, err, size) -> 0));
    }

    /** The programs that were started by {@link #open} and {@link #attach}, in their order: each completes with its exit code. */
    public synchronized List<CompletableFuture<Integer>> sessions() {
        return List.copyOf(sessions);
    }

    @Override
    public void logs(String id, LogRequest request, LogReader reader) throws IOException {
        List<String> lines;
        synchronized (this) {
            present();
            lines = List.copyOf(logs.getOrDefault(found(id).id(), List.of()));
        }
        Instant since = request.since();
        List<String> due = lines.stream()
                .filter(line -> since == null
                        || !Instant.parse(line.substring(0, line.indexOf(' '))).isBefore(since))
                .toList();
        int from = request.tail() < 0 ? 0 : Math.max(0, due.size() - request.tail());
        for (String line : due.subList(from, due.size())) {
            int space = line.indexOf(' ');
            byte[] text = line.substring(space + 1).getBytes(StandardCharsets.UTF_8);
            if (!reader.onLine(line.substring(0, space), text)) {
                return;
            }
        }
    }

    @Override
    public synchronized void createMemoryVolume(String name, @Nullable Long maxBytes, Map<String, String> labels) {
        present();
        volumes.putIfAbsent(name, Map.copyOf(labels));
    }

    /** The names of the existing volumes. */
    public synchronized Set<String> volumes() {
        return Set.copyOf(volumes.keySet());
    }

    @Override
    public synchronized void removeVolumes(Map<String, String> labels) {
        present();
        volumes.entrySet()
                .removeIf(volume -> volume.getValue().entrySet().containsAll(labels.entrySet())
                        && containers.keySet().stream()
                                .noneMatch(id -> requestOf(id).mounts().stream()
                                        .anyMatch(mount -> mount.source().equals(volume.getKey()))));
    }

    @Override
    public Subscription events(Map<String, String> labels, EventReader reader) {
        Follower follower = new Follower(Map.copyOf(labels), reader);
        synchronized (this) {
            followers.add(follower);
        }
        reader.onGap();
        return () -> {
            synchronized (this) {
                followers.remove(follower);
            }
        };
    }

    private void publish(Container container) {
        List<Follower> all;
        synchronized (this) {
            all = List.copyOf(followers);
        }
        for (Follower follower : all) {
            if (container.labels().entrySet().containsAll(follower.labels().entrySet())) {
                follower.reader().onContainer(container.id(), container.labels());
            }
        }
    }

    private void present() {
        if (away) {
            throw new EngineException(Why.UNREACHABLE, "no engine answers");
        }
    }

    @Override
    public void close() {}
}
