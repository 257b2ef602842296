package io.shiplog.node.engine.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectExecResponse;
import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hijacked connection with an exec, or with a container. */
final class DockerSession implements ContainerSession {
    private static final Logger LOG = LoggerFactory.getLogger(DockerSession.class);
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_AT = 4;
    private static final int STDERR = 2;
    private static final int CHUNK_BYTES = 32 * 1024;
    /** The output may end shortly before the engine knows the exit code, and start shortly before the engine knows the terminal. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(5);

    private final DockerClient client;
    private final HijackedConnection connection;
    private final String container;
    private final @Nullable String exec;
    private final boolean terminal;

    /**
     * @param exec null for the container's own streams
     * @param terminal whether it has one: then the output has no frames
     */
    DockerSession(
            DockerClient client,
            HijackedConnection connection,
            String container,
            @Nullable String exec,
            boolean terminal) {
        this.client = client;
        this.connection = connection;
        this.container = container;
        this.exec = exec;
        this.terminal = terminal;
    }

    /**
     * Docker's frames: one byte for the stream, three of nothing, four of length.
     *
     * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach">Stream format</a>
     */
    @Override
    public void copyOutput(Output output) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        byte[] header = new byte[HEADER_BYTES];
        while (true) {
            boolean error = false;
            long left = chunk.length;
            if (!terminal) {
                if (!more(header)) {
                    return;
                }
                error = header[0] == STDERR;
                left = length(header);
            }
            while (left > 0) {
                int count = read(chunk, (int) Math.min(left, chunk.length));
                if (count < 0) {
                    return;
                }
                output.take(error, chunk, count);
                left = terminal ? chunk.length : left - count;
            }
        }
    }

    private static long length(byte[] header) {
        long length = 0;
        for (int i = LENGTH_AT; i < HEADER_BYTES; i++) {
            length = length << Byte.SIZE | header[i] & 0xff;
        }
        return length;
    }

    private boolean more(byte[] header) {
        try {
            return connection.readFully(header, HEADER_BYTES);
        } catch (IOException e) {
            throw cut(e);
        }
    }

    private int read(byte[] chunk, int length) {
        try {
            return connection.read(chunk, 0, length);
        } catch (IOException e) {
            throw cut(e);
        }
    }

    private static EngineException cut(IOException e) {
        return new EngineException(Why.UNREACHABLE, "the session was cut off: " + e.getMessage(), e);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        connection.write(bytes, offset, length);
    }

    @Override
    public void endInput() throws IOException {
        connection.endOutput();
    }

    @Override
    public void resize(int columns, int rows) {
        if (!terminal) {
            return;
        }
        boolean unused = within(PATIENCE, () -> {
            try {
                if (exec == null) {
                    client.resizeContainerCmd(container).withSize(rows, columns).exec();
                } else {
                    client.resizeExecCmd(exec).withSize(rows, columns).exec();
                }
                return true;
            } catch (RuntimeException e) {
                return exec == null || ended();
            }
        });
    }

    private boolean ended() {
        InspectExecResponse state = state();
        return Boolean.FALSE.equals(state.isRunning()) && state.getExitCodeLong() != null;
    }

    private InspectExecResponse state() {
        if (exec == null) {
            throw new IllegalStateException("a container's own streams are no exec");
        }
        try {
            return client.inspectExecCmd(exec).exec();
        } catch (RuntimeException e) {
            throw DockerEngine.refused(e);
        }
    }

    @Override
    public int exitCode() {
        if (exec == null) {
            return 0;
        }
        if (!within(PATIENCE, this::ended)) {
            throw new EngineException(Why.TIMED_OUT, "the command has closed its output and still runs");
        }
        Long code = state().getExitCodeLong();
        return code == null ? -1 : code.intValue();
    }

    private interface Condition {
        boolean holds();
    }

    /** Asks again until it holds: the engine has no event for either. */
    private static boolean within(Duration limit, Condition condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** The engine hands the connection over before the command runs: until then there is no process to kill. */
    @Override
    public void kill() {
        boolean ended = exec == null
                || within(PATIENCE, () -> {
                    if (ended()) {
                        return true;
                    }
                    Long pid = state().getPidLong();
                    if (pid != null && pid > 0) {
                        ProcessSession.kill(pid, container);
                    }
                    return false;
                });
        if (!ended) {
            LOG.warn("a command in container {} still runs {} s after it was killed", container, PATIENCE.toSeconds());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
