package io.shiplog.node.engine;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs containers. Every call blocks until the engine has answered; all are safe from many threads. They fail with {@link
 * EngineException} alone.
 */
public interface ContainerEngine extends AutoCloseable {
    /** What the engine says of itself and its machine. */
    EngineInfo info();

    /**
     * Makes a container, which does not run yet.
     *
     * @return its id
     * @throws EngineException NO_IMAGE if the image is not here, NAME_TAKEN if there is one of that name, else REFUSED
     */
    String create(ContainerRequest request);

    /**
     * Starts a container. One that runs already goes on.
     *
     * @throws EngineException GONE, or REFUSED with the runtime's words if its process cannot start
     */
    void start(String id);

    /** Sends a signal such as {@code SIGTERM} to the container's first process. Nothing happens if it does not run. */
    void signal(String id, String signal);

    /** Removes a container and its anonymous volumes, killing it first if it runs. Nothing happens if it is gone. */
    void remove(String id);

    /** How a container stands, or empty if there is none of this id. */
    Optional<Container> inspect(String id);

    /** The containers, running or not, that carry all these labels. In no order. */
    List<Container> list(Map<String, String> labels);

    /** The image of this reference, if it is here. */
    Optional<Image> image(String reference);

    /**
     * Fetches an image from its registry.
     *
     * @param login null to ask as anybody
     * @throws EngineException REFUSED with the registry's words
     */
    void pull(String reference, @Nullable RegistryLogin login);

    /**
     * Makes an image from a build context.
     *
     * @param tar a tar stream with a {@code Dockerfile}
     */
    void build(String reference, InputStream tar);

    /**
     * Runs a command inside a running container.
     *
     * @throws EngineException GONE if the container does not run, TIMED_OUT after the timeout
     */
    ExecOutcome exec(String id, List<String> command, Duration timeout);

    /**
     * Hands over a container's log, oldest line first; with {@code follow} until the container ends or the reader has enough.
     *
     * @throws IOException what the reader threw
     * @throws EngineException GONE
     */
    void logs(String id, LogRequest request, LogReader reader) throws IOException;

    /** Makes a volume in the machine's memory, or does nothing if there is one of this name. */
    void createMemoryVolume(String name, @Nullable Long maxBytes, Map<String, String> labels);

    /** Removes the volumes that carry all these labels and are in no container's use. */
    void removeVolumes(Map<String, String> labels);

    /**
     * Tells of containers with these labels that started, ended or went. If the engine's stream breaks it is opened again,
     * and {@link EventReader#onGap} says that something may have been missed.
     */
    Subscription events(Map<String, String> labels, EventReader reader);

    @Override
    void close();

    /**
     * How a container stands.
     *
     * @param pid its first process on the machine, 0 if it does not run
     * @param imageId the id of the image it was made from
     * @param error why it could not start, in the runtime's words; empty if it could
     * @param address on Docker's own networks, empty if it has none
     * @param stopSignal what it wants to be stopped with, as {@code SIGTERM}
     */
    record Container(
            String id,
            String name,
            Map<String, String> labels,
            State state,
            long pid,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            int exitCode,
            boolean oomKilled,
            String error,
            String imageId,
            String address,
            String stopSignal) {
        public Container {
            labels = Map.copyOf(labels);
        }

        public boolean running() {
            return state == State.RUNNING;
        }

        /** The value of a label, or the empty string. */
        public String label(String key) {
            return labels.getOrDefault(key, "");
        }
    }

    /** A container's life has three states; a paused one runs. */
    enum State {
        CREATED,
        RUNNING,
        EXITED
    }

    /**
     * An image that is here.
     *
     * @param id {@code sha256:…}
     * @param digest {@code docker.io/library/nginx@sha256:…} if it came from a registry, else empty
     * @param user the user of its config, empty for root
     */
    record Image(String id, String digest, String user, List<String> entrypoint, List<String> command) {
        public Image {
            entrypoint = List.copyOf(entrypoint);
            command = List.copyOf(command);
        }
    }

    /**
     * @param version as {@code 20.10.24}
     * @param memoryBytes of the machine
     * @param rootDir where images and containers lie
     */
    record EngineInfo(
            String version,
            String apiVersion,
            String operatingSystem,
            String kernelVersion,
            String architecture,
            int cpus,
            long memoryBytes,
            String rootDir) {}

    /** Name and password for a registry. */
    record RegistryLogin(String server, String user, String password, String identityToken) {
        @Override
        public String toString() {
            return "RegistryLogin[" + server + ", " + user + ", …]";
        }
    }

    /** @param output both streams, at most {@link #MAX_EXEC_OUTPUT} bytes */
    record ExecOutcome(int exitCode, String output) {}

    /** Most bytes that {@link #exec} keeps of what a command prints: Kubernetes' own limit for probes is 10 KiB. */
    int MAX_EXEC_OUTPUT = 10 * 1024;

    /**
     * @param since only lines at or after; null for all
     * @param tail only this many of the last lines; -1 for all
     */
    record LogRequest(boolean follow, @Nullable Instant since, int tail) {}

    /** Takes a log line by line. */
    @FunctionalInterface
    interface LogReader {
        /**
         * @param timestamp when the line was written, RFC 3339 with nanoseconds; empty for the rest of a line of which a part came
         *     before: a megabyte and more
         * @param line the bytes with their line end, if they have one
         * @return false if that was enough
         */
        boolean onLine(String timestamp, byte[] line) throws IOException;
    }

    /** Takes engine events, on the engine's reading thread: it must hand over and return. */
    interface EventReader {
        /** A container started, ended or went. */
        void onContainer(String id, Map<String, String> labels);

        /** Events may have been missed: look at everything again. */
        void onGap();
    }

    /** A running subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
