package io.shiplog.node.server;

import io.shiplog.node.stream.WebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A log over a WebSocket, in binary messages or in base64. When the client closes, the thread that reads the log is interrupted.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/streaming/pkg/httpstream/wsstream/stream.go">wsstream.Reader</a>
 */
final class LogSocket extends OutputStream {
    private static final String BINARY = "binary.k8s.io";
    private static final String BASE64 = "base64.binary.k8s.io";

    private final WebSocket socket;
    private final boolean base64;

    private LogSocket(WebSocket socket, boolean base64) {
        this.socket = socket;
        this.base64 = base64;
    }

    /** Whether a request wants a log so. */
    static boolean isAsked(RequestHead head) {
        return "websocket".equalsIgnoreCase(head.header("upgrade")) && head.header("sec-websocket-key") != null;
    }

    /** Opens the socket for a log that this thread reads. */
    static LogSocket open(Conversation conversation) throws IOException {
        List<String> offered = conversation.head().list("sec-websocket-protocol");
        String protocol = offered.stream()
                .filter(each -> each.equals(BINARY) || each.equals(BASE64))
                .findFirst()
                .orElse("");
        WebSocket socket = StreamDoor.webSocket(conversation, protocol);
        Thread reading = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            try {
                while (socket.next()) {
                    continue; // a client has nothing to say
                }
            } catch (IOException e) {
                socket.close();
            } finally {
                reading.interrupt();
            }
        });
        return new LogSocket(socket, protocol.equals(BASE64));
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (base64) {
            byte[] encoded = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, offset, offset + length));
            socket.send(true, -1, encoded, 0, encoded.length);
        } else {
            socket.send(false, -1, bytes, offset, length);
        }
    }

    @Override
    public void close() throws IOException {
        socket.sendClose(WebSocket.NORMAL);
    }
}
