package io.shiplog.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.gateway.identity.Authentication;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for a client that does not read its answer. */
@Timeout(60)
class ResponseStreamTest {
    private static final int PART = 64 * 1024;
    private static final int PARTS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<ResponseStream> sending = new CompletableFuture<>();
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A client that has sent its request and reads nothing, with small buffers. */
    private Socket client(Function<Exchange, ResponseStream> answer) throws IOException {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> sending.complete(answer.apply(exchange(request))))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        Socket client = new Socket();
        client.setReceiveBufferSize(8 * 1024);
        client.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
        client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    @SuppressWarnings("NullAway") // nothing is asked of the ports
    private static Exchange exchange(io.vertx.core.http.HttpServerRequest request) {
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

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within 20 s");
            Thread.onSpinWait();
        }
    }

    @Test
    void partsAreMadeAsTheyAreRead() throws IOException {
        try (Socket client = client(exchange -> {
            ResponseStream stream = new ResponseStream(exchange, to -> {
                to.add(new byte[PART]);
                if (made.incrementAndGet() == PARTS) {
                    to.end();
                }
                return true;
            });
            stream.send(200, "text/plain");
            return stream;
        })) {
            ResponseStream stream = sending.join();

            await(stream::isWaiting);
            assertTrue(made.get() < PARTS / 2, () -> made + " parts made");
            assertTrue(stream.left() <= PART, () -> stream.left() + " bytes wait");

            assertEquals((long) PARTS * PART, bodyLength(client));
        }
    }

    @Test
    void aLargeBodyLeavesInSlices() throws IOException {
        byte[] body = new byte[PARTS * PART];
        try (Socket client = client(exchange -> {
            ResponseStream stream = new ResponseStream(exchange, to -> false);
            stream.add(body);
            stream.end();
            stream.send(200, "text/plain");
            return stream;
        })) {
            ResponseStream stream = sending.join();

            await(stream::isWaiting);
            assertTrue(stream.left() > body.length / 2, () -> stream.left() + " bytes have not been handed over");

            assertEquals(body.length, bodyLength(client));
        }
    }

    private static long bodyLength(Socket client) throws IOException {
        byte[] all = client.getInputStream().readAllBytes();
        String start = new String(all, 0, 1_000, StandardCharsets.ISO_8859_1);
        return all.length - start.indexOf("\r\n\r\n") - 4L;
    }
}
