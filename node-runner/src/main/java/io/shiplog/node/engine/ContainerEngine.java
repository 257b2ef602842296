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
 * Runs containers. Every call blocks until the engine has answered; all are thread-safe. They throw only {@link
 * EngineException}.
 */
public interface ContainerEngine extends AutoCloseable {
    /** Facts of the engine and its machine. */
    EngineInfo info();

    /**
     * Creates a container, without starting it.
     *
     * @return its id
     * @throws EngineException NO_IMAGE if the image is missing, NAME_TAKEN if there is one of that name, else REFUSED
     */
    String create(ContainerRequest request);

    /**
     * Starts a container. No effect if it runs already.
     *
     * @throws EngineException GONE, or REFUSED with the runtime's message if its process cannot start
     */
    void start(String id);

    /**
     * Changes the cpu and memory limits of a running container; its score for the end of memory stays.
     *
     * @throws EngineException GONE, or REFUSED with the engine's message, such as for memory below what is in use
     */
    void update(String id, ContainerRequest.Limits limits);

    /** Sends a signal such as {@code SIGTERM} to the container's first process. No effect if it does not run. */
    void signal(String id, String signal);

    /** Removes a container and its anonymous volumes, killing it first if it runs. No effect if it is gone. */
    void remove(String id);

    /** The state of a container, or empty if the id is unknown. */
    Optional<Container> inspect(String id);

    /** The containers, running or not, with all these labels, unordered. */
    List<Container> list(Map<String, String> labels);

    /** The image of this reference, if it is on the machine. */
    Optional<Image> image(String reference);

    /**
     * Pulls an image from its registry.
     *
     * @param login null for anonymous
     * @throws EngineException REFUSED with the registry's message
     */
    void pull(String reference, @Nullable RegistryLogin login);

    /**
     * Passes on an image's archive: its layers and a manifest.
     *
     * @param id of an image on the machine
     * @throws IOException from the reader
     * @throws EngineException NO_IMAGE if it is gone
     * @see <a href="https://docs.docker.com/reference/cli/docker/image/save/">docker image save</a>
     */
    void save(String id, ArchiveReader reader) throws IOException;

    /**
     * Takes an image's reference away, and the image with its last one. No effect if it is gone.
     *
     * @throws EngineException REFUSED if a container has it
     */
    void removeImage(String reference);

    /**
     * Builds an image from a build context.
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
     * Starts a command inside a running container, with streams.
     *
     * @throws EngineException GONE if the container does not run, REFUSED with the runtime's message
     */
    ContainerSession open(String id, List<String> command, ContainerSession.Streams streams);

    /**
     * Connects to the streams of a running container's own process.
     *
     * @param streams stdin only if the container was created with it, a terminal if and only if it was created with one
     * @throws EngineException GONE if the container does not run
     */
    ContainerSession attach(String id, ContainerSession.Streams streams);

    /**
     * Passes on a container's log, oldest line first; with {@code follow} until the container ends or the reader stops.
     *
     * @throws IOException from the reader
     * @throws EngineException GONE
     */
    void logs(String id, LogRequest request, LogReader reader) throws IOException;

    /** Creates a volume in the machine's memory. No effect if it exists. */
    void createMemoryVolume(String name, @Nullable Long maxBytes, Map<String, String> labels);

    /** Removes the unused volumes with all these labels. */
    void removeVolumes(Map<String, String> labels);

    /**
     * Reports when containers with these labels start, end or are removed. A broken stream is reopened, and {@link
     * EventReader#onGap} reports that events may have been missed.
     */
    Subscription events(Map<String, String> labels, EventReader reader);

    @Override
    void close();

    /**
     * The state of a container.
     *
     * @param pid its first process on the machine, 0 if it does not run
     * @param imageId the id of its image
     * @param error why it could not start, in the runtime's words; empty if it could
     * @param address on Docker's own networks, empty if it has none
     * @param stopSignal its stop signal, as {@code SIGTERM}
     * @param limits of its cpu and memory, as the engine has them now; without its score for the end of memory
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
            String stopSignal,
            ContainerRequest.Limits limits) {
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

    /** The three states of a container; a paused one counts as running. */
    enum State {
        CREATED,
        RUNNING,
        EXITED
    }

    /**
     * An image on the machine.
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
     * @param rootDir where images and containers are stored
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

    /** Maximum bytes that {@link #exec} keeps of a command's output: Kubernetes' own limit for probes is 10 KiB. */
    int MAX_EXEC_OUTPUT = 10 * 1024;

    /**
     * @param since only lines at or after; null for all
     * @param tail only this many of the last lines; -1 for all
     */
    record LogRequest(boolean follow, @Nullable Instant since, int tail) {}

    /** Takes an archive. */
    @FunctionalInterface
    interface ArchiveReader {
        /** @param tar closed by the caller; need not be read to its end */
        void read(InputStream tar) throws IOException;
    }

    /** Takes a log line by line. */
    @FunctionalInterface
    interface LogReader {
        /**
         * @param timestamp when the line was written, RFC 3339 with nanoseconds; empty for the rest of a very long line whose
         *     start was passed before
         * @param line the bytes with their line end, if they have one
         * @return false to stop
         */
        boolean onLine(String timestamp, byte[] line) throws IOException;
    }

    /** Receives engine events, on the engine's reading thread: it must hand over and return. */
    interface EventReader {
        /** A container started, ended or was removed. */
        void onContainer(String id, Map<String, String> labels);

        /** Events may have been missed: check everything again. */
        void onGap();
    }

    /** A running subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
