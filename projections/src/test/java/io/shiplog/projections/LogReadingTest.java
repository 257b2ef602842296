package io.shiplog.projections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.projections.history.Chronicle;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watcher may cost that is behind the window and does not read. */
@Timeout(60)
class LogReadingTest {
    private static final int EVENTS = 40;
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Chronicle chronicle = new Chronicle();
    private final Semaphore woken = new Semaphore(0);
    private final Semaphore places = new Semaphore(1);

    private LogReading reading(Duration patience) {
        for (int i = 0; i < EVENTS; i++) {
            chronicle.modified(Chronicle.pod("p"), "{\"data\":\"" + "x".repeat(1 << 20) + "\"}");
        }
        return LogReading.start(
                Chronicle.PODS,
                chronicle.log(),
                0,
                new ChangeWindow(EVENTS),
                () -> new LogReading.Base(new HashMap<>(), 0),
                new ImageEvolution(io.shiplog.events.kind.BuiltInKinds.catalogue()::get),
                new LogReading.Limit(places, patience),
                woken::release);
    }

    @Test
    void a_watcher_that_reads_gets_all_of_it() throws InterruptedException {
        LogReading reading = reading(Duration.ofSeconds(30));
        int changes = 0;
        while (!reading.finished()) {
            WatchSource.Slice slice = reading.poll(8);
            changes += slice.changes().size();
            if (slice.changes().isEmpty() && !reading.finished()) {
                assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
            }
        }

        assertEquals(EVENTS, changes);
        assertTrue(places.tryAcquire(10, TimeUnit.SECONDS));
    }

    @Test
    void a_watcher_that_does_not_read_holds_little_and_gives_its_place_back() throws InterruptedException {
        LogReading reading = reading(SHORT);

        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS), "woken a second time: the reading has ended");
        long bytes = reading.poll(EVENTS).changes().stream()
                .mapToLong(change -> change.event().object().size())
                .sum();

        assertTrue(bytes < 3 * LogReading.MAX_WAITING_BYTES, () -> bytes + " bytes waited");
        assertThrows(CutLogException.class, () -> reading.poll(EVENTS));
        assertTrue(places.tryAcquire(10, TimeUnit.SECONDS));
    }

    @Test
    void where_many_are_read_from_the_log_another_is_told_to_list_again() throws InterruptedException {
        places.acquire();

        LogReading reading = reading(SHORT);

        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
        assertThrows(CutLogException.class, () -> reading.poll(EVENTS));
    }
}
