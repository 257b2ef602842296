package io.shiplog.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.gateway.identity.Authentication;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A socket that the client has closed, with a source that always has a next event. */
@Timeout(60)
class SocketStreamTest {
    /** Turns of the event loop in which a stream that has not ended would go on. */
    private static final int TURNS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** The number of events that were made when the event loop had taken its turns. */
    private int pumped(ServerWebSocket socket) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        var server = vertx.createHttpServer()
                .requestHandler(request -> {
                    SocketStream[] stream = new SocketStream[1];
                    stream[0] = new SocketStream(exchange(request), socket, () -> {
                        made.incrementAndGet();
                        stream[0].frame("event".getBytes(StandardCharsets.UTF_8));
                        return true;
                    });
                    stream[0].pump();
                    turn(Vertx.currentContext(), TURNS, end);
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
            client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return end.get(20, TimeUnit.SECONDS);
        }
    }

    private void turn(Context context, int left, CompletableFuture<Integer> end) {
        if (left == 0) {
            end.complete(made.get());
        } else {
            context.runOnContext(next -> turn(context, left - 1, end));
        }
    }

    @SuppressWarnings("NullAway") // nothing is asked of the ports
    private static Exchange exchange(HttpServerRequest request) {
        return new Exchange(
                request,
                Vertx.currentContext(),
                null,
                Moment.NOW,
                RequestInfo.of("GET", "/", false, ""),
                Query.NONE,
                Accepted.JSON,
                Authentication.ANONYMOUS);
    }

    /** Closed when the source has made so many events. */
    private ServerWebSocket closedAfter(int events) {
        return (ServerWebSocket) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServerWebSocket.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isClosed" -> made.get() >= events;
                    case "writeTextMessage" ->
                        made.get() >= events
                                ? Future.failedFuture(new IOException("closed"))
                                : Future.succeededFuture();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 64, 100})
    void theStreamEndsWithItsSocket(int events) throws Exception {
        assertEquals(events, pumped(closedAfter(events)));
    }

    @Test
    void anOpenSocketGoesOn() throws Exception {
        // It closes in the end: an event loop that always has a task cannot be closed.
        assertEquals(true, pumped(closedAfter(64 * TURNS * 2)) > 64 * (TURNS - 2));
    }
}
