package io.shiplog.events.log.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.LogWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log that continues after a revision of another one. */
class InMemoryEventLogBehindTest {
    private static final String LINK = "a".repeat(64);

    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC(), 41, LINK);

    private List<Event> read(long after, long upTo) {
        List<Event> events = new ArrayList<>();
        log.read(after, upTo, events::addAll);
        return events;
    }

    @Test
    void itGoesOnWithTheNextRevisionAndTheLinkBefore() throws Exception {
        assertEquals(41, log.end().toCompletableFuture().get());
        assertEquals(42, log.oldest());
        List<Event> tailed = new ArrayList<>();
        log.tail(41, tailed::addAll);

        LogWriter writer = log.claim("", Duration.ofSeconds(1));
        List<Event> written = Drafts.append(writer, 3);

        assertEquals(42, written.getFirst().revision());
        assertEquals(
                Chain.next(LINK, "events", 1, written.getFirst().draft()),
                written.getFirst().chain());
        assertEquals(written, read(41, Long.MAX_VALUE));
        assertEquals(written.subList(1, 2), read(42, 43));
        assertEquals(written, tailed);
        assertEquals(44, writer.lastRevision());
    }

    @Test
    void whatWasBeforeIsNotThere() throws Exception {
        Drafts.append(log.claim("", Duration.ofSeconds(1)), 1);

        assertEquals(42, assertThrows(CutLogException.class, () -> read(40, 42)).oldest());
        assertThrows(CutLogException.class, () -> log.tail(0, batch -> {}));
    }
}
