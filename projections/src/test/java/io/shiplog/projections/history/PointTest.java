package io.shiplog.projections.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointTest {
    private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-22T09:00:00+01:00[Europe/Berlin]");

    @ParameterizedTest
    @CsvSource({
        "1234, 1234",
        "#42, 42",
        "2026-11-22T03:12:00Z, 2026-11-22T03:12:00Z",
        "2026-11-22T03:12:00.25Z, 2026-11-22T03:12:00.250Z",
        "2026-11-22T03:12:00+01:00, 2026-11-22T02:12:00Z",
        "2026-11-22 03:12:00Z, 2026-11-22T03:12:00Z",
        "2026-11-21 03:12, 2026-11-21T02:12:00Z",
        "2026-11-21T03:12:07, 2026-11-21T02:12:07Z",
        "2026-11-21, 2026-11-20T23:00:00Z",
        "03:12, 2026-11-22T02:12:00Z",
        "3:12, 2026-11-22T02:12:00Z",
        "03:12:05.5, 2026-11-22T02:12:05.500Z",
        "today, 2026-11-21T23:00:00Z",
        "today 03:12, 2026-11-22T02:12:00Z",
        "yesterday, 2026-11-20T23:00:00Z",
        "yesterday 14:02, 2026-11-21T13:02:00Z",
        "Yesterday 14:02, 2026-11-21T13:02:00Z",
        "now, 2026-11-22T08:00:00Z",
        "90s, 2026-11-22T07:58:30Z",
        "10m, 2026-11-22T07:50:00Z",
        "10m ago, 2026-11-22T07:50:00Z",
        "-15m, 2026-11-22T07:45:00Z",
        "1h30m, 2026-11-22T06:30:00Z",
        "1h 30m ago, 2026-11-22T06:30:00Z",
        "3h, 2026-11-22T05:00:00Z",
        "2d, 2026-11-20T08:00:00Z",
        "1w, 2026-11-15T08:00:00Z"
    })
    void pointsReadAsPeopleTypeThem(String typed, String text) {
        assertEquals(text, Point.parse(typed, NOW).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "ago",
                "tomorrow",
                "yesterday noon",
                "25:00",
                "-5",
                "2026-13-01T00:00:00Z",
                "2026-02-30",
                "3y",
                "10m later",
                "1234567890123456789",
                "30m1h",
                "2026-11-22T03:12:00Z; rm -rf /",
                "9999999999w"
            })
    void otherTextsAreRefusedWithTheForms(String typed) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Point.parse(typed, NOW));

        assertEquals("\"%s\" is not a moment: a moment is %s".formatted(typed, Point.FORMS), refusal.getMessage());
    }

    @Test
    void aLongTextIsRefusedAtOnceAndShortInTheMessage() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Point.parse("1".repeat(1_000_000), NOW));

        assertEquals(true, String.valueOf(refusal.getMessage()).length() < 500);
    }

    @Test
    void aWholeSecondMeansItsEndAndTheRunningOneThePresent() {
        Instant second = Instant.parse("2026-11-22T03:12:05Z");

        assertEquals(Instant.parse("2026-11-22T03:12:05.999999999Z"), Point.through(second, second.plusSeconds(60)));
        assertEquals(second.plusMillis(300), Point.through(second, second.plusMillis(300)));
        assertEquals(second.plusMillis(1), Point.through(second.plusMillis(1), second.plusSeconds(60)));
    }
}
