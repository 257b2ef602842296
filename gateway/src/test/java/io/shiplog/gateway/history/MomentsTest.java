package io.shiplog.gateway.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.memory.InMemoryEventLog;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.ScannedHistory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log of ten events, one each second from 03:12:01 on, and a clock that was set back to the fifth. */
class MomentsTest {
    private final EventLog log = new InMemoryEventLog("events", Clock.systemUTC());
    private final ScannedHistory history = new ScannedHistory(Map.of("events", log));
    private final Moments moments = new Moments(history, () -> Instant.parse("2026-11-22T03:12:05Z"));

    @BeforeEach
    void tenEvents() throws Exception {
        Drafts.append(log.claim("", Duration.ofSeconds(30)), 10);
    }

    @AfterEach
    void close() {
        history.close();
    }

    private static String shown(Checked<Long> checked) {
        return switch (checked) {
            case Checked.Ok<Long>(Long revision) -> "revision " + revision;
            case Checked.Refused<Long> refused -> refused.refusal().message();
        };
    }

    private String from(String time) {
        return shown(moments.from(new Past(history, "events"), new Moment.AtTime(Instant.parse(time))));
    }

    private String to(String time) {
        return shown(moments.to(new Past(history, "events"), new Moment.AtTime(Instant.parse(time))));
    }

    @Test
    void aMomentLiesBetweenTheEventsAroundIt() {
        assertEquals("revision 4", from("2026-11-22T03:12:03.5Z"));
        assertEquals("revision 3", to("2026-11-22T03:12:03.5Z"));
    }

    @Test
    void whatTheLogHasIsNotTheFutureWhateverTheClockSays() {
        assertEquals("revision 9", from("2026-11-22T03:12:08.5Z"));
        assertEquals("revision 8", to("2026-11-22T03:12:08.5Z"));
        assertEquals("revision 10", to("2026-11-22T03:12:10.123456Z"));
    }

    @Test
    void whatIsLaterThanClockAndLogHasNotCome() {
        String refused = "2026-11-22T03:12:11Z is in the future: the newest revision is 10";
        assertEquals(refused, from("2026-11-22T03:12:11Z"));
        assertEquals(refused, to("2026-11-22T03:12:11Z"));
    }

    @Test
    void whatIsBeforeTheLogIsSaidToBe() {
        String before = "2026-11-22T03:12:00Z is before the log begins: its revisions are 1 to 10";
        assertEquals(before, to("2026-11-22T03:12:00Z"));
        assertEquals(before, from("2026-11-22T03:12:00Z"));
        assertEquals("revision 1", from("2026-11-22T03:12:01Z"), "the second of the oldest event");
    }
}
