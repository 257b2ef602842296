package io.shiplog.projections.usage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One GET of a node's server. Blocking, with a deadline. Not by {@code java.net.http}: a node's certificate has its name, and it is reached by its address.
 */
final class NodeQuestion {
    /** Of a Summary: 4,000 containers of 2 KiB. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final String OK = "HTTP/1.1 200 ";

    private NodeQuestion() {}

    /**
     * Asks.
     *
     * @param node its name, which its certificate must have
     * @return the body
     * @throws IOException if it does not answer whole and in time, or answers another code than 200
     */
    static byte[] ask(SSLContext tls, InetSocketAddress address, String node, String path, Duration deadline)
            throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        try (Socket plain = new Socket()) {
            plain.connect(address, left(end));
            plain.setSoTimeout(left(end));
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, node, address.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(path, node)
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = head(plain, in, end);
            if (!head.startsWith(OK)) {
                throw new ProtocolException(
                        "answered " + head.lines().findFirst().orElse("nothing"));
            }
            return body(plain, in, length(head), end);
        }
    }

    private static int left(long end) throws SocketTimeoutException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no whole answer in time");
        }
        return (int) millis;
    }

    private static String head(Socket socket, InputStream in, long end) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            socket.setSoTimeout(left(end));
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEAD_BYTES) {
                throw new ProtocolException("no whole head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) throws ProtocolException {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                String text = line.substring(line.indexOf(':') + 1).strip();
                int length = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
                if (length > MAX_BODY_BYTES) {
                    throw new ProtocolException("a body of " + text + " bytes");
                }
                return length;
            }
        }
        throw new ProtocolException("a body without a length");
    }

    private static byte[] body(Socket socket, InputStream in, int length, long end) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[16 * 1024];
        while (body.size() < length) {
            socket.setSoTimeout(left(end));
            int count = in.read(piece, 0, Math.min(piece.length, length - body.size()));
            if (count < 0) {
                throw new ProtocolException("a body that is cut");
            }
            body.write(piece, 0, count);
        }
        return body.toByteArray();
    }
}
