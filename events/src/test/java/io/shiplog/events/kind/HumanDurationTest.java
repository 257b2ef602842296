package io.shiplog.events.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({
        "-PT5S, <invalid>",
        "-PT1S, 0s",
        "PT0S, 0s",
        "PT0.9S, 0s",
        "PT119S, 119s",
        "PT2M, 2m",
        "PT2M1S, 2m1s",
        "PT9M59S, 9m59s",
        "PT10M, 10m",
        "PT179M59S, 179m",
        "PT3H, 3h",
        "PT3H1M, 3h1m",
        "PT7H59M, 7h59m",
        "PT8H30M, 8h",
        "PT47H, 47h",
        "PT48H, 2d",
        "PT49H, 2d1h",
        "P7DT23H, 7d23h",
        "P8DT23H, 8d",
        "P729D, 729d",
        "P730D, 2y",
        "P731D, 2y1d",
        "P2919D, 7y364d",
        "P2920D, 8y",
        "P4000D, 10y",
    })
    void durations_read_as_kubectl_prints_them(String duration, String words) {
        assertEquals(words, HumanDuration.of(Duration.parse(duration)));
    }

    @Test
    void what_is_no_moment_is_unknown() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertEquals("<unknown>", HumanDuration.since("", now));
        assertEquals("<unknown>", HumanDuration.since("tomorrow", now));
        assertEquals("60s", HumanDuration.since("2025-12-31T23:59:00Z", now));
    }
}
