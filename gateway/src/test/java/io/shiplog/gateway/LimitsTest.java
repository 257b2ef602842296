package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the front door does not let in. */
class LimitsTest extends ClusterTest {

    @Override
    GatewayLimits limits() {
        return new GatewayLimits(100, 2, 8 * 1024, Duration.ofSeconds(30));
    }

    @Test
    void watchesBeyondTheLimitAreToldToComeBack() {
        String path = CONFIG_MAPS + "?watch=true";
        try (Watching first = admin.watch(path);
                Watching second = admin.watch(path)) {
            assertEquals(200, first.code());
            assertEquals(200, second.code());
            Api.Answer third = admin.get(path)
                    .refuses(429, "TooManyRequests", "too many requests are under way, please try again later");
            assertEquals("1", third.header("retry-after"));
            assertEquals("1", third.at("details.retryAfterSeconds"));
            admin.get(CONFIG_MAPS).is(200);
        }
    }

    @Test
    void aPlaceIsGivenBackWhenItsWatchEnds() {
        for (int i = 0; i < 5; i++) {
            try (Watching watch = admin.watch(CONFIG_MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=0")) {
                assertEquals(200, watch.code());
                watch.ends();
            }
        }
    }

    @Test
    @Timeout(60)
    void aPlaceIsGivenBackWhenItsClientIsGone() {
        for (int i = 0; i < 5; i++) {
            try (Api passing = Api.admin(cluster)) {
                Watching watch = passing.watch(CONFIG_MAPS + "?watch=true");
                while (watch.code() == 429) { // the gateway has not yet seen the one before go
                    watch = passing.watch(CONFIG_MAPS + "?watch=true");
                }
                assertEquals(200, watch.code());
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
