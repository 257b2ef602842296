package io.shiplog.events.log.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.log.Collected;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLogContract;
import io.shiplog.events.log.LogWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryEventLogTest extends EventLogContract {
    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());

    @Override
    protected EventLog open() {
        return log;
    }

    @Test
    void aCutLogSaysWhatIsItsOldestRevisionAndGoesOn() throws Exception {
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Drafts.append(writer, 10);

        log.cutBefore(4);

        assertEquals(4, log.oldest());
        assertEquals(
                4, assertThrows(CutLogException.class, () -> read(log, 2, 10)).oldest());
        assertThrows(CutLogException.class, () -> log.tail(0, batch -> {}));
        assertEquals(7, read(log, 3, 10).size());
        assertEquals(11, Drafts.append(writer, "next").revision());
    }

    @Test
    void aTailThatAppendsInTurnKeepsTheOrderForAllTails() throws Exception {
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected after = new Collected();
        log.tail(0, batch -> {
            if (batch.getLast().revision() < 5) {
                var unused = writer.append(Drafts.configMap(writer.lastRevision() + 1, "in turn"));
            }
        });
        log.tail(0, after);

        Drafts.append(writer, "first");

        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), after.revisions());
    }

    @Test
    void aTailThatWaitsForAnotherThreadStopsNeitherReadersNorWriters() throws Exception {
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected seen = new Collected();
        CompletableFuture<CompletionStage<Event>> second = new CompletableFuture<>();
        log.tail(0, batch -> {
            if (batch.getFirst().revision() == 1) {
                Thread.startVirtualThread(() -> second.complete(writer.append(Drafts.configMap(2, "meanwhile"))));
                second.orTimeout(20, TimeUnit.SECONDS).join();
            }
        });
        log.tail(0, seen);

        Drafts.append(writer, "first");

        assertEquals(2, get(second.join()).revision());
        assertEquals(List.of(1L, 2L), seen.revisions());
    }

    @Test
    void anEndedTailGetsNothingMore() throws Exception {
        LogWriter writer = log.claim("", CLAIM_LIMIT);
        Collected seen = new Collected();
        EventLog.Tail tail = log.tail(0, seen);
        Drafts.append(writer, "first");

        tail.close();
        Drafts.append(writer, "second");

        assertEquals(List.of(1L), seen.revisions());
    }
}
