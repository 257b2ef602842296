package io.shiplog.events.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTextTest {
    private static final int TIMES = 10_000;

    @Test
    void what_instants_write_is_read_as_instants_read_it() {
        Random random = new Random(5);
        for (int i = 0; i < TIMES; i++) {
            long second = random.nextLong(Instant.parse("9999-12-31T23:59:59Z").getEpochSecond());
            int[] fractions = {
                0, 1_000_000 * random.nextInt(1_000), 1_000 * random.nextInt(1_000_000), random.nextInt(1_000_000_000)
            };
            for (int nanos : fractions) {
                Instant time = Instant.ofEpochSecond(second, nanos);
                assertEquals(time, UtcText.parse(time.toString()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01T12:00:00+01:00",
                "+12026-01-01T12:00:00Z",
                "-0001-01-01T12:00:00Z",
                "2026-12-31T24:00:00Z",
                "2026-12-31T23:59:60Z",
                "2026-01-01T12:00:00.5Z",
                "2026-01-01t12:00:00z",
                "2026-01-01T12:00:00.Z"
            })
    void other_forms_are_read_as_instants_read_them(String text) {
        assertEquals(Instant.parse(text), UtcText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-02-30T12:00:00Z",
                "2026-13-01T12:00:00Z",
                "2026-01-01T25:00:00Z",
                "2026-01-01T12:60:00Z",
                "2026-01-01T12:00:0xZ",
                "2026-01-01T12:00Z",
                "2026-01-01T12:00:00.1234567890Z",
                "2026-01-01T12:00:00.12-4Z",
                "2026-01-01T12:00:00"
            })
    void what_is_no_time_is_refused(String text) {
        assertThrows(DateTimeException.class, () -> UtcText.parse(text));
    }
}
