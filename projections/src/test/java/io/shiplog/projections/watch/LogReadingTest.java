package io.shiplog.projections.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.object.Actor;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.TestKinds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
    private final SharedLimit places = new SharedLimit(2, 2);

    private static final Actor ALICE = new Actor("alice", List.of());
    private static final Actor BOB = new Actor("bob", List.of());

    private LogReading reading(Duration patience) {
        return reading(ALICE, patience);
    }

    private LogReading reading(Actor who, Duration patience) {
        for (int i = 0; i < EVENTS; i++) {
            chronicle.modified(Chronicle.pod("p"), "{\"data\":\"" + "x".repeat(1 << 20) + "\"}");
        }
        return LogReading.start(
                Chronicle.PODS,
                chronicle.log(),
                0,
                new ChangeWindow(EVENTS),
                () -> new LogReading.Base(TestKinds.CATALOGUE, new HashMap<>(), 0),
                new ImageEvolution(TestKinds.CATALOGUE),
                new LogReading.Limit(places, patience),
                who,
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
        placesAreFree();
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
        placesAreFree();
    }

    private void placesAreFree() throws InterruptedException {
        LogReading.Limit limit = new LogReading.Limit(places, Duration.ofSeconds(10));
        assertTrue(limit.enter(ALICE));
        limit.leave(ALICE);
    }

    @Test
    void where_many_are_read_from_the_log_another_is_told_to_list_again() throws InterruptedException {
        assertTrue(places.enter(BOB, 1));
        assertTrue(places.enter(new Actor("carol", List.of()), 1));

        LogReading reading = reading(SHORT);

        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
        assertThrows(CutLogException.class, () -> reading.poll(EVENTS));
    }

    @Test
    void one_user_does_not_take_the_places_of_another() throws InterruptedException {
        LogReading.Limit limit = new LogReading.Limit(places, SHORT);
        Actor admin = new Actor("kubernetes-admin", List.of("system:masters"));
        assertTrue(limit.enter(ALICE));

        assertFalse(limit.enter(ALICE), "she has her share");
        assertTrue(limit.enter(BOB));
        assertFalse(limit.enter(new Actor("carol", List.of())), "all are taken");
        assertTrue(limit.enter(admin), "system:masters always gets in");
        assertTrue(limit.enter(admin), "also beyond the share of a user");
    }

    @Test
    void a_place_that_is_given_back_goes_to_one_who_waits() throws InterruptedException {
        assertTrue(places.enter(ALICE, 1));
        LogReading reading = reading(Duration.ofSeconds(30));

        new LogReading.Limit(places, SHORT).leave(ALICE);

        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
        assertFalse(reading.poll(1).changes().isEmpty());
        reading.close();
    }
}
