package io.shiplog.node.engine;

import java.io.IOException;

/**
 * The streams of a command in a container, or of the container itself. Reading and writing block, and may go on at the same time in two
 * threads; {@link #close} may be called from any thread and ends both.
 */
public interface ContainerSession extends AutoCloseable {
    /** Takes output. */
    @FunctionalInterface
    interface Output {
        /** @param error whether it is stderr; never with a terminal, which has one output */
        void take(boolean error, byte[] bytes, int length) throws IOException;
    }

    /**
     * Passes on the output, piece by piece, until there is no more.
     *
     * @throws IOException from the taker
     * @throws EngineException UNREACHABLE if the engine cut the connection
     */
    void copyOutput(Output output) throws IOException;

    /**
     * Writes to stdin; blocks while the process does not read.
     *
     * @throws IOException if the process has ended
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Stdin has no more bytes. */
    void endInput() throws IOException;

    /** Sets the size of the terminal. No effect without one. */
    void resize(int columns, int rows);

    /**
     * The exit code after the output ended.
     *
     * @throws EngineException TIMED_OUT if the process still runs
     */
    int exitCode();

    /**
     * Ends the command with everything that it started in its session. No effect after its end, nor for the streams of a container itself.
     */
    void kill();

    /** Closes the streams. The process goes on. Idempotent. */
    @Override
    void close();

    /**
     * Which streams are wanted.
     *
     * @param terminal one output, and line editing by the kernel
     */
    record Streams(boolean stdin, boolean stdout, boolean stderr, boolean terminal) {}
}
