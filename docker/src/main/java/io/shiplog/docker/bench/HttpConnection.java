package io.shiplog.docker.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A keep-alive HTTP/1.1 connection: one request at a time, blocking, only what a benchmark needs. */
final class HttpConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int STATUS_AT = 9;
    private static final byte[] NO_BODY = new byte[0];

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String commonHeaders;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    HttpConnection(Socket socket, Target target) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        String authorization = target.authorization();
        this.commonHeaders = " HTTP/1.1\r\nHost: " + target.host() + ":" + target.port()
                + "\r\nAccept: application/json\r\nUser-Agent: shiplog-bench\r\n"
                + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n");
    }

    /** A server's answer. */
    record Answer(int status, byte[] body) {
        boolean good() {
            return status >= 200 && status < 300;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** The head of an answer, with the body's length. A negative length means chunks. */
    private record Head(int status, long length) {}

    Answer get(String path) throws IOException {
        return send("GET", path, "", NO_BODY);
    }

    Answer send(String method, String path, String contentType, byte[] body) throws IOException {
        write(method, path, contentType, body);
        Head head = head();
        return new Answer(head.status, head.length < 0 ? allChunks() : exactly((int) head.length));
    }

    /**
     * Starts a request with a streaming answer.
     *
     * @return the answer, with the body of a refusal; for the body of a success see {@link #nextChunk}
     */
    Answer open(String path) throws IOException {
        write("GET", path, "", NO_BODY);
        Head head = head();
        boolean good = head.status == 200;
        if (good && head.length >= 0) {
            throw new IOException("the server answered a watch with a body of fixed length");
        }
        return new Answer(head.status, good ? NO_BODY : head.length < 0 ? allChunks() : exactly((int) head.length));
    }

    /** The next chunk of a body; empty at its end. */
    byte[] nextChunk() throws IOException {
        String size = line();
        int semicolon = size.indexOf(';');
        int length = Integer.parseInt((semicolon < 0 ? size : size.substring(0, semicolon)).trim(), 16);
        byte[] chunk = exactly(length);
        line();
        return chunk;
    }

    private void write(String method, String path, String contentType, byte[] body) throws IOException {
        StringBuilder head =
                new StringBuilder(512).append(method).append(' ').append(path).append(commonHeaders);
        if (body.length > 0) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(headBytes, headBytes.length + body.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        out.write(all);
    }

    private Head head() throws IOException {
        String first = line();
        if (first.length() < STATUS_AT + 3 || !first.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an HTTP/1.1 answer: " + first);
        }
        int status = Integer.parseInt(first.substring(STATUS_AT, STATUS_AT + 3));
        long length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        header.substring("content-length:".length()).trim());
            } else if (lower.startsWith("transfer-encoding:") && lower.endsWith("chunked")) {
                length = -1;
            }
        }
        return new Head(status, length);
    }

    private byte[] allChunks() throws IOException {
        byte[] body = new byte[BUFFER_BYTES];
        int length = 0;
        for (byte[] chunk = nextChunk(); chunk.length > 0; chunk = nextChunk()) {
            if (length + chunk.length > body.length) {
                body = Arrays.copyOf(body, Math.max(body.length * 2, length + chunk.length));
            }
            System.arraycopy(chunk, 0, body, length, chunk.length);
            length += chunk.length;
        }
        return Arrays.copyOf(body, length);
    }

    private String line() throws IOException {
        int scanned = position;
        while (true) {
            for (; scanned < limit; scanned++) {
                if (buffer[scanned] == '\n') {
                    int end = scanned > position && buffer[scanned - 1] == '\r' ? scanned - 1 : scanned;
                    String line = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1);
                    position = scanned + 1;
                    return line;
                }
            }
            int consumed = position;
            fill();
            scanned -= consumed - position;
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        int have = Math.min(length, limit - position);
        System.arraycopy(buffer, position, bytes, 0, have);
        position += have;
        while (have < length) {
            int read = in.read(bytes, have, length - have);
            if (read < 0) {
                throw new EOFException("the server closed the connection inside an answer");
            }
            have += read;
        }
        return bytes;
    }

    /** Moves the rest to the front and reads more. */
    private void fill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        limit += read;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is unusable, closed or not.
        }
    }
}
