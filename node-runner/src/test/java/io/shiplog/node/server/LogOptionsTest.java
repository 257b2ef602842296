package io.shiplog.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query for a log says. */
class LogOptionsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void nothingSaidIsTheWholeLog() {
        assertEquals(new LogOptions(false, false, false, -1, -1, null), LogOptions.parse(null, NOW));
    }

    @Test
    void everythingCanBeSaid() {
        LogOptions options = LogOptions.parse(
                "follow=true&previous=true&timestamps=true&tailLines=5&limitBytes=10&sinceTime=2026-11-22T13:00:00%2B01:30",
                NOW);

        assertEquals(new LogOptions(true, true, true, 5, 10, Instant.parse("2026-11-22T11:30:00Z")), options);
    }

    @Test
    void secondsCountBackFromNow() {
        assertEquals(
                NOW.minusSeconds(90), LogOptions.parse("sinceSeconds=90", NOW).since());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tailLines=-1",
                "tailLines=x",
                "limitBytes=0",
                "sinceSeconds=0",
                "sinceTime=yesterday",
                "sinceSeconds=1&sinceTime=2026-11-22T12:00:00Z"
            })
    void whatMakesNoSenseIsRefused(String query) {
        assertThrows(IllegalArgumentException.class, () -> LogOptions.parse(query, NOW));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=kube-apiserver-kubelet-client, O=system:masters | true",
                "CN=kube-apiserver-kubelet-client | false",
                "O=system:masters, CN=admin | true",
                "CN=system:node:node-a, O=system:nodes | false",
                "CN=admin | false",
                "OU=system:masters, CN=x | false",
                "CN=\"x, O=system:masters\" | false",
                "nonsense | false",
            })
    void onlyTheGatewayAndTheMastersMayAsk(String name, boolean allowed) {
        assertTrue(allowed == Callers.allowed(name), name);
    }
}
