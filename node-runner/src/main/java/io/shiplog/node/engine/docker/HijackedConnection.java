package io.shiplog.node.engine.docker;

import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection to the engine that has left HTTP: what is written goes to stdin, what is read is output, and each direction ends by itself.
 * docker-java can do all but the last.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach">Attach, hijacking</a>
 */
final class HijackedConnection implements Closeable {
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_ERROR_BYTES = 16 * 1024;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SWITCHING = 101;
    private static final int OK = 200;
    private static final int CLIENT_ERROR = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).limit(0);

    private HijackedConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Sends a request and takes the connection over.
     *
     * @param host {@code unix:///var/run/docker.sock} or {@code tcp://host:port}
     * @param path with the API version
     * @param body JSON
     * @throws EngineException GONE, REFUSED, UNREACHABLE
     */
    static HijackedConnection open(URI host, String path, String body) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(address(host));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String head =
                    "POST %s HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                            .formatted(path, bytes.length);
            HijackedConnection connection = new HijackedConnection(channel);
            byte[] first = head.getBytes(StandardCharsets.US_ASCII);
            connection.write(first, 0, first.length);
            connection.write(bytes, 0, bytes.length);
            connection.readHead();
            return connection;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new EngineException(Why.UNREACHABLE, String.valueOf(e.getMessage()), e);
        } catch (EngineException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static SocketAddress address(URI host) throws IOException {
        return switch (host.getScheme()) {
            case "unix" -> UnixDomainSocketAddress.of(host.getPath());
            case "tcp", "http" -> new InetSocketAddress(host.getHost(), host.getPort());
            default -> throw new IOException("sessions with an engine at " + host + " are not supported");
        };
    }

    private void readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!endsHead(head)) {
            if (head.length() > MAX_HEAD_BYTES) {
                throw new IOException("the engine's answer has no end");
            }
            int next = read();
            if (next < 0) {
                throw new IOException("the engine closed the connection");
            }
            head.append((char) next);
        }
        int code = Integer.parseInt(head.substring(head.indexOf(" ") + 1).substring(0, 3));
        if (code == SWITCHING || code == OK) {
            return;
        }
        byte[] body = new byte[MAX_ERROR_BYTES];
        int length = Math.max(0, bodyLength(head.toString()));
        int filled = 0;
        while (filled < Math.min(length, body.length)) {
            int count = read(body, filled, Math.min(length, body.length) - filled);
            if (count < 0) {
                break;
            }
            filled += count;
        }
        String message = DockerEngine.message(new IOException(new String(body, 0, filled, StandardCharsets.UTF_8)));
        Why why = code == NOT_FOUND || code == CONFLICT ? Why.GONE : Why.REFUSED;
        throw new EngineException(why, code < CLIENT_ERROR ? "the engine answered " + code : message);
    }

    private static boolean endsHead(StringBuilder head) {
        int length = head.length();
        return length >= 4 && head.substring(length - 4).equals("\r\n\r\n");
    }

    private static int bodyLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .map(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Reads up to {@code length} bytes; -1 at the end. */
    int read(byte[] bytes, int offset, int length) throws IOException {
        if (!buffer.hasRemaining()) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return -1;
            }
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    /** Reads {@code length} bytes; false if the stream ends first. */
    boolean readFully(byte[] bytes, int length) throws IOException {
        int filled = 0;
        while (filled < length) {
            int count = read(bytes, filled, length - filled);
            if (count < 0) {
                return false;
            }
            filled += count;
        }
        return true;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes, offset, length);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The connection was no longer needed.
            return;
        }
    }
}
