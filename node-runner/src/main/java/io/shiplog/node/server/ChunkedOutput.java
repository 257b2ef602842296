package io.shiplog.node.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A body in chunks: its end is part of it, so that a cut is seen.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, chunked transfer coding</a>
 */
final class ChunkedOutput extends OutputStream {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final OutputStream out;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;
    private boolean ended;

    ChunkedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == CHUNK_BYTES) {
                send();
            }
            int count = Math.min(left, CHUNK_BYTES - filled);
            System.arraycopy(bytes, at, chunk, filled, count);
            filled += count;
            at += count;
            left -= count;
        }
    }

    private void send() throws IOException {
        if (filled > 0) {
            out.write((Integer.toHexString(filled) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(chunk, 0, filled);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            filled = 0;
        }
    }

    @Override
    public void flush() throws IOException {
        send();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            send();
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }
}
