package io.shiplog.command.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.shard.FairQueue.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The time of consumers, shared between owners. */
class FairQueueTest {
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration QUICK = Duration.ofMillis(1);

    private final AtomicLong now = new AtomicLong();
    private final FairQueue<String> queue = new FairQueue<>(1_000, 1, now::get);

    private @Nullable Taken<String> running;

    /** The one consumer is done with its task, and takes the next. */
    private @Nullable String next() {
        if (running != null) {
            queue.done(running);
        }
        running = queue.poll();
        return running == null ? null : running.task();
    }

    private static Taken<String> taken(FairQueue<String> from) {
        Taken<String> taken = from.poll();
        if (taken == null) {
            throw new AssertionError("no task may run");
        }
        return taken;
    }

    /** Takes all tasks in turn. Those of mallory take a second each, others a millisecond. */
    private List<String> drained() {
        List<String> order = new ArrayList<>();
        for (String task = next(); task != null; task = next()) {
            order.add(task);
            now.addAndGet((task.startsWith("mallory") ? SLOW : QUICK).toNanos());
        }
        return order;
    }

    private void offer(String owner, int tasks) {
        for (int i = 0; i < tasks; i++) {
            assertTrue(queue.offer(owner, owner + i));
        }
    }

    @Test
    void givenManySlowTasksOfOneOwner_whenAnotherSends_thenItWaitsForOneOfThemAtMost() {
        offer("mallory", 500);
        assertEquals("mallory0", next());
        now.addAndGet(SLOW.toNanos());
        offer("bob", 100);

        List<String> order = drained();

        assertEquals("bob0", order.getFirst());
        assertTrue(order.indexOf("bob99") < order.indexOf("mallory2"), order::toString);
        assertEquals(599, order.size());
    }

    @Test
    void givenOwnersWithTheSameWork_whenDrained_thenTheyTakeTurns_andEachKeepsItsOrder() {
        offer("alice", 3);
        offer("bob", 3);

        assertEquals(List.of("alice0", "bob0", "alice1", "bob1", "alice2", "bob2"), drained());
    }

    @Test
    void givenAnOwnerThatWasIdleForLong_whenItComesBack_thenItHasSavedNothingUp() {
        offer("alice", 1);
        drained();
        offer("bob", 1_000);
        List<String> first = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            first.add(next());
            now.addAndGet(QUICK.toNanos());
        }
        assertEquals("bob899", first.getLast());

        offer("alice", 100);

        assertEquals(List.of("alice0", "bob900", "alice1", "bob901"), drained().subList(0, 4));
    }

    @Test
    void givenASlowTaskThatIsDone_whenItsOwnerSendsAgainWithOthers_thenTheyAreFirst() {
        offer("mallory", 1);
        drained();
        offer("mallory", 1);
        offer("bob", 50);

        List<String> order = drained();

        assertEquals("mallory0", order.getLast());
    }

    @Test
    void givenAFullQueue_whenOffered_thenRefused_untilOneIsTaken() {
        offer("mallory", 1_000);
        assertFalse(queue.offer("bob", "bob0"));

        assertEquals("mallory0", next());

        assertTrue(queue.offer("bob", "bob0"));
        assertEquals(1_000, drained().size());
        assertNull(next());
    }

    @Test
    void givenMoreOwnersThanAreRemembered_whenDrained_thenEachTaskComesOnce() {
        FairQueue<Integer> wide = new FairQueue<>(100_000, 1, now::get);
        for (int i = 0; i < 50_000; i++) {
            assertTrue(wide.offer("user-" + i % 20_000, i));
        }
        long sum = 0;
        for (Taken<Integer> taken = wide.poll(); taken != null; taken = wide.poll()) {
            sum += taken.task();
            wide.done(taken);
        }
        assertEquals(50_000L * 49_999 / 2, sum);
    }

    @Test
    void givenAnEmptyQueue_whenTaken_thenItWaitsForATask() throws Exception {
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread taker = Thread.startVirtualThread(() -> {
            try {
                taken.complete(queue.take().task());
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });

        offer("bob", 1);

        assertEquals("bob0", taken.get(30, TimeUnit.SECONDS));
        taker.join();
    }

    @Test
    void givenTwoConsumers_whenOneOwnerSendsManyTasks_thenOneConsumerIsLeftForOthers() {
        offer("mallory", 3);
        Taken<String> slow = taken(queue);

        assertNull(queue.poll());
        offer("bob", 1);
        Taken<String> quick = taken(queue);

        assertEquals("bob0", quick.task());
        queue.done(slow);
        assertEquals("mallory1", taken(queue).task());
    }

    @Test
    void givenThreeConsumers_whenAnOwnerMayRunTwo_thenBothAreChargedAndTheOtherIsNext() {
        FairQueue<String> wide = new FairQueue<>(1_000, 2, now::get);
        for (int i = 0; i < 4; i++) {
            assertTrue(wide.offer("mallory", "mallory" + i));
        }
        Taken<String> first = taken(wide);
        Taken<String> second = taken(wide);
        assertNull(wide.poll());

        now.addAndGet(SLOW.toNanos());
        wide.done(first);
        assertTrue(wide.offer("bob", "bob0"));
        wide.done(second);

        assertEquals("bob0", taken(wide).task());
        assertEquals("mallory2", taken(wide).task());
        assertEquals("mallory3", taken(wide).task());
    }
}
