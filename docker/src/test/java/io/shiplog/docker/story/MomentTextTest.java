package io.shiplog.docker.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTextTest {
    private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-22T09:00:00+01:00[Europe/Berlin]");

    @ParameterizedTest
    @CsvSource({
        "1234, 1234",
        "#42, 42",
        "2026-11-22T03:12:00Z, 2026-11-22T03:12:00Z",
        "2026-11-22T03:12:00+01:00, 2026-11-22T02:12:00Z",
        "2026-11-21 03:12, 2026-11-21T02:12:00Z",
        "2026-11-21T03:12:07, 2026-11-21T02:12:07Z",
        "03:12, 2026-11-22T02:12:00Z",
        "90s, 2026-11-22T07:58:30Z",
        "10m, 2026-11-22T07:50:00Z",
        "3h, 2026-11-22T05:00:00Z",
        "2d, 2026-11-20T08:00:00Z"
    })
    void momentsReadAsPeopleTypeThem(String typed, String moment) {
        assertEquals(moment, MomentText.read(typed, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "25:00", "-5", "2026-13-01T00:00:00Z", "3w"})
    void whatIsNoMomentIsRefusedWithTheForms(String typed) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> MomentText.read(typed, NOW));
        assertEquals("'%s' is no moment: %s".formatted(typed, MomentText.FORMS), refusal.getMessage());
    }
}
