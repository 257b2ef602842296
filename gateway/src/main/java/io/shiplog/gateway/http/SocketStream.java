package io.shiplog.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * A watch over a WebSocket: each frame is one message, a text or, as protobuf, binary. What the client sends is ignored. Lives on the exchange's event loop.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go">watch.go,
 *     HandleWS</a>
 */
final class SocketStream implements FrameSink {
    /** Other requests of the event loop get their turn after so many messages. */
    private static final int TURN = 64;

    /** Bytes of messages that the client has not taken; beyond this, the next ones wait in the log. */
    private static final int MAX_LEFT = 64 * 1024;

    private final Exchange exchange;
    private final ServerWebSocket socket;
    private final BooleanSupplier source;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private long left;
    private boolean waiting;
    private boolean ending;

    SocketStream(Exchange exchange, ServerWebSocket socket, BooleanSupplier source) {
        this.exchange = exchange;
        this.socket = socket;
        this.source = source;
    }

    @Override
    public void frame(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        frames.addLast(all.toByteArray());
    }

    @Override
    public void end() {
        ending = true;
    }

    @Override
    public boolean isWaiting() {
        return waiting;
    }

    @Override
    public void pump() {
        for (int i = 0; i < TURN; i++) {
            if (waiting || socket.isClosed()) {
                return;
            }
            if (frames.isEmpty() && !ending) {
                boolean unused = source.getAsBoolean();
            }
            byte[] frame = frames.pollFirst();
            if (frame == null) {
                if (ending) {
                    var closed = socket.close();
                }
                return;
            }
            send(frame);
        }
        exchange.context().runOnContext(turn -> exchange.guarded(this::pump));
    }

    /** The write queue of a WebSocket of Vert.x is never full, so what has not left is counted here. */
    private void send(byte[] frame) {
        left += frame.length;
        waiting = left >= MAX_LEFT;
        Future<Void> sent = exchange.accepted().text() == Accepted.Text.PROTOBUF
                ? socket.writeBinaryMessage(Exchange.buffer(frame))
                : socket.writeTextMessage(new String(frame, StandardCharsets.UTF_8));
        var unused = sent.onComplete(written -> {
            left -= frame.length;
            if (waiting && left < MAX_LEFT) {
                waiting = false;
                exchange.guarded(this::pump);
            }
        });
    }
}
