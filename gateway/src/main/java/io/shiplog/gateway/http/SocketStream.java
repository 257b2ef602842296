package io.shiplog.gateway.http;

import io.vertx.core.http.ServerWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * A watch over a WebSocket: each frame is one text message. What the client sends is ignored. Lives on the exchange's event loop.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/watch.go">watch.go,
 *     HandleWS</a>
 */
final class SocketStream implements FrameSink {
    /** Other requests of the event loop get their turn after so many messages. */
    private static final int TURN = 64;

    private final Exchange exchange;
    private final ServerWebSocket socket;
    private final BooleanSupplier source;
    private final Deque<String> frames = new ArrayDeque<>();
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
        frames.addLast(all.toString(StandardCharsets.UTF_8));
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
        if (waiting) {
            return;
        }
        for (int i = 0; i < TURN && !socket.isClosed(); i++) {
            if (socket.writeQueueFull()) {
                waiting = true;
                socket.drainHandler(drained -> {
                    socket.drainHandler(null);
                    waiting = false;
                    exchange.guarded(this::pump);
                });
                return;
            }
            if (frames.isEmpty() && !ending) {
                boolean unused = source.getAsBoolean();
            }
            if (frames.isEmpty()) {
                if (ending) {
                    var closed = socket.close();
                }
                return;
            }
            var sent = socket.writeTextMessage(frames.removeFirst());
        }
        exchange.context().runOnContext(turn -> exchange.guarded(this::pump));
    }
}
