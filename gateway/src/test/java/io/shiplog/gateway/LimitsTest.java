package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that the gateway refuses. */
class LimitsTest extends ClusterTest {

    @Override
    GatewayLimits limits() {
        return new GatewayLimits(12, 100, 8, 8 * 1024, Duration.ofSeconds(30));
    }

    @Override
    Authorizer authorizer() {
        return (image, request) -> new Access(true, "");
    }

    private Api alice() {
        return Api.withToken(cluster, ClusterInMemory.ALICE_TOKEN);
    }

    @Test
    void watchesBeyondTheLimitGetRetryAfter() {
        String path = CONFIG_MAPS + "?watch=true";
        try (Api alice = alice();
                Watching first = alice.watch(path);
                Watching second = alice.watch(path)) {
            assertEquals(200, first.code());
            assertEquals(200, second.code());
            Api.Answer third = alice.get(path)
                    .refuses(429, "TooManyRequests", "too many requests are under way, please try again later");
            assertEquals("1", third.header("retry-after"));
            assertEquals("1", third.at("details.retryAfterSeconds"));
            alice.get(CONFIG_MAPS).is(200);
            try (Watching others = admin.watch(path)) {
                assertEquals(200, others.code(), "one user's watches keep no one else out");
            }
        }
    }

    @Test
    void aWatchOfThePastCountsForMany() {
        String path = "/apis/history.shiplog.io/v1/namespaces/shop/changes?watch=true";
        configMap("a", "");
        try (Api alice = alice();
                Watching first = alice.watch(path)) {
            assertEquals(200, first.code());
            assertEquals(429, alice.get(path).code());
            assertEquals(429, alice.get("/at/1" + CONFIG_MAPS + "?watch=true").code());
            try (Watching others = admin.watch(path)) {
                assertEquals(200, others.code());
            }
        }
    }

    @Test
    void aPlaceIsGivenBackWhenItsWatchEnds() {
        for (int i = 0; i < 5; i++) {
            try (Api alice = alice();
                    Watching watch = alice.watch(CONFIG_MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=0")) {
                assertEquals(200, watch.code());
                watch.ends();
            }
        }
    }

    @Test
    @Timeout(60)
    void aPlaceIsGivenBackWhenItsClientIsGone() {
        for (int i = 0; i < 5; i++) {
            try (Api passing = alice()) {
                Watching watch = passing.watch(CONFIG_MAPS + "?watch=true");
                while (watch.code() == 429) { // the gateway has not yet seen the one before go
                    watch = passing.watch(CONFIG_MAPS + "?watch=true");
                }
                assertEquals(200, watch.code());
            }
        }
    }

    /** All from one address, which the admin has too. */
    @Test
    @Timeout(60)
    void connectionsThatSendNothingKeepNoOneOut() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                idle.add(new Socket("127.0.0.1", cluster.gateway.port()));
            }

            try (Api late = Api.admin(cluster)) {
                getsIn(late);
                assertEquals(-1, idle.getFirst().getInputStream().read());
                for (int i = 0; i < 50; i++) {
                    idle.add(new Socket("127.0.0.1", cluster.gateway.port()));
                }
                getsIn(late);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /** A connection that comes while many are being replaced may be refused: the next one is not. */
    private static void getsIn(Api api) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try {
                api.get(CONFIG_MAPS).is(200);
                return;
            } catch (java.io.UncheckedIOException refused) {
                if (System.nanoTime() > end) {
                    throw refused;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void headersBeyondTheLimitAreRefused() {
        int code;
        try {
            code = admin.get(CONFIG_MAPS, "X-Filling", "x".repeat(32 * 1024)).code();
        } catch (java.io.UncheckedIOException refused) {
            code = 431; // HTTP/2 may reset the stream instead of answering
        }
        assertTrue(code == 431 || code == 400, "code " + code);
        admin.get(CONFIG_MAPS).is(200);
    }
}
