package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Watches over a WebSocket, as fabric8's client asks for them. */
class SocketWatchTest extends ClusterTest {
    private static final String WATCH = CONFIG_MAPS + "?watch=true";

    /** Keeps what comes: each message, and the close with its code. */
    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add("closed " + code);
            return null;
        }

        String next() {
            try {
                return String.valueOf(messages.poll(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        String brief() {
            JsonNode event = Json.of(next()).tree();
            return event.path("type").asText() + " "
                    + event.at("/object/metadata/name").asText();
        }
    }

    @Test
    void eachEventIsAMessage() {
        configMap("a", "");
        Received received = new Received();
        WebSocket socket = admin.socket(WATCH, received);

        assertEquals("ADDED a", received.brief());
        configMap("b", "");
        assertEquals("ADDED b", received.brief());
        admin.delete(CONFIG_MAPS + "/a", "").is(200);
        assertEquals("DELETED a", received.brief());
        socket.abort();
    }

    @Test
    void aLargeObjectIsOneMessage() {
        String large = "x".repeat(300_000);
        Received received = new Received();
        WebSocket socket = admin.socket(WATCH, received);
        admin.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"large\"},\"data\":{\"k\":\"%s\"}}".formatted(large))
                .is(201);

        assertEquals(large, Json.of(received.next()).tree().at("/object/data/k").asText());
        socket.abort();
    }

    @Test
    void itsTimeoutClosesIt() {
        Received received = new Received();
        admin.socket(WATCH + "&timeoutSeconds=1", received);

        assertEquals("closed 1000", received.next());
    }

    @Test
    void aClientThatGoesGivesItsPlaceBack() {
        for (int i = 0; i < 20; i++) {
            admin.socket(WATCH, new Received()).abort();
        }

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (cluster.gateway.underWay() > 0) {
            assertTrue(System.nanoTime() < end, () -> cluster.gateway.underWay() + " requests under way");
            Thread.onSpinWait();
        }
    }

    @Test
    void aRefusedWatchGetsNoSocket() {
        try (Api stranger = Api.withToken(cluster, "wrong")) {
            assertEquals(401, refused(() -> stranger.socket(WATCH, new Received())));
        }
    }

    /** With its visitor's client certificate a page could otherwise read every Secret. */
    @Test
    void aPageOfAnotherSiteGetsNoSocket() {
        assertEquals(403, refused(() -> admin.socket(WATCH, "https://example.com", new Received())));

        configMap("a", "");
        Received received = new Received();
        admin.socket(WATCH, cluster.address(), received);
        assertEquals("ADDED a", received.brief());
    }

    private static int refused(Executable opening) {
        CompletionException refused = assertThrows(CompletionException.class, opening);
        return assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                .getResponse()
                .statusCode();
    }
}
