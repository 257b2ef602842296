package io.shiplog.node.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Any bytes through a WebSocket: where one message ends and the next begins means nothing. */
public final class SocketTunnel {
    private final WebSocket socket;

    public SocketTunnel(WebSocket socket) {
        this.socket = socket;
    }

    /** What the client sends; ends when it closes. */
    public InputStream in() {
        return new InputStream() {
            private boolean within;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                while (true) {
                    int count = within ? socket.read(bytes, offset, length) : -1;
                    if (count >= 0) {
                        return count;
                    }
                    within = socket.next();
                    if (!within) {
                        return -1;
                    }
                }
            }
        };
    }

    /** To the client. */
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                socket.send(false, -1, bytes, offset, length);
            }
        };
    }
}
