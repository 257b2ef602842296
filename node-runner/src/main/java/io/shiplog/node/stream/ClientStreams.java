package io.shiplog.node.stream;

import java.io.Closeable;
import java.io.IOException;

/** The client of an exec or attach. One thread receives; others send. All but {@link #close} block while the client does not read or send. */
public interface ClientStreams extends Closeable {
    /** What a client sends. */
    interface Input {
        /** Bytes for stdin. */
        void stdin(byte[] bytes, int offset, int length) throws IOException;

        /** Stdin has no more bytes. */
        void endStdin() throws IOException;

        /** The client's terminal has another size. */
        void resize(int columns, int rows);
    }

    /**
     * Passes on what the client sends until it closes.
     *
     * @throws IOException if the client is gone, or speaks no known protocol
     */
    void receive(Input input) throws IOException;

    /** Sends output. */
    void output(boolean error, byte[] bytes, int length) throws IOException;

    /** Sends how it ended, and that nothing follows. */
    void end(ExitStatus status) throws IOException;

    /** Sends a ping, so that no proxy closes an idle connection. */
    void ping() throws IOException;

    /** Closes the connection at once. Idempotent. */
    @Override
    void close();
}
