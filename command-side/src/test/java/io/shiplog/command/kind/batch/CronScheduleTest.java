package io.shiplog.command.kind.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times of schedules, with the cases of the library that Kubernetes uses. */
class CronScheduleTest {
    private static ObjectNode spec(String schedule, String zone) {
        ObjectNode spec = Json.MAPPER.createObjectNode().put("schedule", schedule);
        return zone.isEmpty() ? spec : spec.put("timeZone", zone);
    }

    private static String next(String from, String schedule, String zone) {
        Instant next = CronSchedule.of(spec(schedule, zone))
                .orElseThrow()
                .next(OffsetDateTime.parse(from).toInstant());
        return String.valueOf(next);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2012-07-09T14:45:00Z | 0/15 * * * *              | 2012-07-09T15:00:00Z",
                "2012-07-09T14:59:59Z | 0/15 * * * *              | 2012-07-09T15:00:00Z",
                "2012-07-09T14:45:30Z | 45-59/15 * * * *          | 2012-07-09T15:45:00Z",
                "2012-07-09T15:45:00Z | 20-35/15 * * * *          | 2012-07-09T16:20:00Z",
                "2012-07-09T23:46:00Z | */15 * * * *              | 2012-07-10T00:00:00Z",
                "2012-07-09T23:35:51Z | 20-35/15 1/2 * * *        | 2012-07-10T01:20:00Z",
                "2012-07-09T23:35:51Z | 20-35/15 10-12 * * *      | 2012-07-10T10:20:00Z",
                "2012-07-09T23:35:51Z | 20-35/15 1/2 */2 * *      | 2012-07-11T01:20:00Z",
                "2012-07-09T23:35:51Z | 20-35/15 * 9-20 Jul *     | 2012-07-10T00:20:00Z",
                "2012-07-09T23:35:00Z | 0 0 9 Apr-Oct ?           | 2012-08-09T00:00:00Z",
                "2012-07-09T23:35:00Z | 0 0 */5 Apr,Aug,Oct Mon   | 2012-08-01T00:00:00Z",
                "2012-07-09T23:35:00Z | 0 0 */5 Oct Mon           | 2012-10-01T00:00:00Z",
                "2012-07-09T23:35:00Z | 0 0 29 Feb ?              | 2016-02-29T00:00:00Z",
                "2012-12-31T23:59:45Z | * * * * *                 | 2013-01-01T00:00:00Z",
                "2012-07-09T23:35:00Z | 0 0 30 Feb ?              | null",
                "2012-07-09T23:35:00Z | @monthly                  | 2012-08-01T00:00:00Z",
                "2012-07-09T23:35:00Z | @hourly                   | 2012-07-10T00:00:00Z",
                "2012-07-09T23:35:00Z | @weekly                   | 2012-07-15T00:00:00Z",
                "2012-07-09T23:35:01Z | @every 1h30m              | 2012-07-10T01:05:01Z",
                "2012-07-09T23:35:01Z | @every 10ms               | 2012-07-09T23:35:02Z",
                "2012-07-09T23:35:00Z | 0 0 1 * Mon               | 2012-07-16T00:00:00Z",
                "2012-07-09T23:35:00Z | 0 0 * * Mon               | 2012-07-16T00:00:00Z"
            })
    void theNextTime(String from, String schedule, String expected) {
        assertEquals(expected, next(from, schedule, ""));
    }

    /** Digits cost quadratic time, parts cost stack. */
    @Test
    void aDurationThatIsTooLongIsNone() {
        for (String duration : List.of("9".repeat(3_000_000) + "h", "1s".repeat(100_000), "0".repeat(100) + "1h")) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> assertTrue(
                            CronSchedule.of(spec("@every " + duration, "")).isEmpty()));
        }
    }

    /** An hour that the clock leaves out has no times; an hour that comes twice has them twice. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2012-03-11T00:00:00-05:00 | 30 2 11 Mar ? | 2013-03-11T02:30:00-04:00",
                "2012-03-11T01:00:00-05:00 | 0 * * * ?     | 2012-03-11T03:00:00-04:00",
                "2012-03-11T00:00:00-05:00 | 0 1 * * ?     | 2012-03-11T01:00:00-05:00",
                "2012-03-11T01:00:00-05:00 | 0 1 * * ?     | 2012-03-12T01:00:00-04:00",
                "2012-03-11T00:00:00-05:00 | 0 2 * * ?     | 2012-03-12T02:00:00-04:00",
                "2012-11-04T00:00:00-04:00 | 30 2 04 Nov ? | 2012-11-04T02:30:00-05:00",
                "2012-11-04T01:45:00-04:00 | 30 1 04 Nov ? | 2012-11-04T01:30:00-05:00",
                "2012-11-04T00:00:00-04:00 | 0 * * * ?     | 2012-11-04T01:00:00-04:00",
                "2012-11-04T01:00:00-04:00 | 0 * * * ?     | 2012-11-04T01:00:00-05:00",
                "2012-11-04T01:00:00-05:00 | 0 * * * ?     | 2012-11-04T02:00:00-05:00",
                "2012-11-04T01:00:00-05:00 | 0 3 * * ?     | 2012-11-04T03:00:00-05:00"
            })
    void aZoneWithSummerTime(String from, String schedule, String expected) {
        String utc = OffsetDateTime.parse(expected).toInstant().toString();
        assertEquals(utc, next(from, schedule, "America/New_York"));
        assertEquals(utc, next(from, "TZ=America/New_York " + schedule, ""));
    }

    @Test
    void aClockThatIsSetBackByHalfAnHourGoesOn() {
        // Lord Howe Island: at 02:00 it is 01:30 again.
        assertEquals("2024-04-06T15:30:00Z", next("2024-04-06T15:16:00Z", "0 2 * * *", "Australia/Lord_Howe"));
    }

    @Test
    void whatIsInvalidHasNoTimes() {
        for (String wrong :
                new String[] {"", "* * * *", "61 * * * *", "*/-5 * * * *", "0 0 * * 7", "@never", "@every x"}) {
            assertTrue(CronSchedule.of(spec(wrong, "")).isEmpty(), wrong);
        }
        assertTrue(CronSchedule.of(spec("* * * * *", "Mars/Olympus")).isEmpty());
    }

    @Test
    void aGreatStepEnds() {
        assertEquals("2012-07-10T00:07:00Z", next("2012-07-09T23:35:00Z", "7/9223372036854775807 0 * * *", ""));
    }
}
