package io.shiplog.projections.history.index;

import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.CountingLog;
import io.shiplog.projections.history.HoledLog;
import io.shiplog.projections.history.LogIndex;
import io.shiplog.projections.history.ScannedHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentIndexTest {
    private static final String SHARD = "events";
    private static final int LENGTH = 3 * Segment.SIZE + 1_000;
    private static final int ROUNDS = 40;

    private final Chronicle chronicle = new Chronicle();
    private final InMemorySegmentStore store = new InMemorySegmentStore();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void whatever_an_index_knows_the_answers_are_those_of_a_scan() {
        long seed = new Random().nextLong();
        System.out.println("SegmentIndexTest seed " + seed);
        Random random = new Random(seed);
        tellRandomly(random, LENGTH);
        ScannedHistory scan = history(LogIndex.NONE);
        for (int round = 0; round < ROUNDS; round++) {
            LogIndex index = index(random);
            ScannedHistory indexed = history(index);
            ChangeFilter filter = filter(random);
            long from = 1 + random.nextInt(LENGTH);
            long to = from + random.nextInt(LENGTH);
            for (ChangeQuery query : List.of(
                    ChangeQuery.oldestFirst(SHARD, from, to, filter),
                    ChangeQuery.newestFirst(SHARD, from, to, filter))) {
                assertEquals(revisions(scan, query), revisions(indexed, query), "seed " + seed + ", " + query);
            }
            Instant time = Chronicle.START.plusSeconds(random.nextInt(LENGTH));
            assertEquals(join(scan.revisionAt(SHARD, time)), join(indexed.revisionAt(SHARD, time)), "seed " + seed);
        }
    }

    /** Knows all, nothing, or what it has come by so far. */
    private LogIndex index(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> LogIndex.NONE;
            case 1 -> complete(chronicle.log());
            default -> started(chronicle.log());
        };
    }

    @Test
    void the_events_of_an_object_that_is_gone_long_since_are_found_without_reading_the_log() {
        chronicle.by("alice").command("apply").created(pod("gone"), "{}");
        chronicle.by("bob").command("drop").deleted(pod("gone"), "{}");
        chronicle.by("alice");
        tellOthers(LENGTH);
        CountingLog log = new CountingLog(chronicle.log());
        ScannedHistory history = history(log, complete(log));
        log.read();

        assertEquals(List.of(2L, 1L), revisions(history, newestFirst(ChangeFilter.of(pod("gone")))));
        assertTrue(log.read() < 10, "the object's own events, and hardly any other");
        assertEquals(
                List.of(2L),
                revisions(history, newestFirst(new ChangeFilter(null, null, null, "bob", null, null, e -> true))));
        assertEquals(List.of(1L), revisions(history, newestFirst(ChangeFilter.correlatedWith("apply"))));
        assertEquals(
                List.of(2L),
                revisions(history, newestFirst(new ChangeFilter(null, null, null, null, "drop", null, e -> true))));
        assertTrue(log.read() < 5 * Segment.SIZE, "a segment for each of three questions, and another one by mistake");
        assertEquals(List.of(), revisions(history, newestFirst(ChangeFilter.inNamespace("nowhere"))));
        assertTrue(log.read() <= Segment.SIZE);
    }

    @Test
    void what_comes_after_the_start_is_known_at_once() {
        tellOthers(10);
        CountingLog log = new CountingLog(chronicle.log());
        ScannedHistory history = history(log, complete(log));
        long made = chronicle.created(pod("new"), "{}");
        tellOthers(Segment.SIZE);
        log.read();

        assertEquals(List.of(made), revisions(history, newestFirst(ChangeFilter.of(pod("new")))));
        assertTrue(log.read() < 10);
    }

    @Test
    void the_next_process_takes_from_the_store_what_the_one_before_it_learned() {
        tellOthers(LENGTH);
        complete(chronicle.log()).close();
        CountingLog log = new CountingLog(chronicle.log());

        complete(log);

        assertEquals(Set.of(0L, 1L, 2L), store.load(SHARD).keySet());
        assertTrue(log.read() < Segment.SIZE, "the segment that is not whole, and one event of each other");
    }

    @Test
    void a_segment_that_fills_up_is_stored_at_once() throws InterruptedException {
        BlockingQueue<Long> written = new LinkedBlockingQueue<>();
        SegmentIndex index = SegmentIndex.start(chronicle.log(), new Telling(written));
        index.writeWhile(() -> true);
        opened.add(index);
        tellOthers(Segment.SIZE);

        assertEquals(0L, written.poll(20, TimeUnit.SECONDS));
    }

    /** Reports writes. */
    private record Telling(BlockingQueue<Long> written) implements SegmentStore {
        @Override
        public Map<Long, byte[]> load(String shard) {
            return Map.of();
        }

        @Override
        public void write(String shard, long number, byte[] segment) {
            written.add(number);
        }

        @Override
        public void close() {}
    }

    @Test
    void a_process_that_does_not_write_the_log_stores_nothing() {
        tellOthers(LENGTH);
        SegmentIndex index = SegmentIndex.start(chronicle.log(), store);
        opened.add(index);
        index.complete().join();

        assertEquals(Map.of(), store.load(SHARD));
    }

    @Test
    void segments_of_another_log_broken_ones_and_those_of_a_longer_log_are_rebuilt() {
        Chronicle other = new Chronicle().by("somebody else");
        for (int i = 0; i < LENGTH + Segment.SIZE; i++) {
            other.modified(pod("other"), "{}");
        }
        complete(other.log()).close();
        store.write(SHARD, 1, new byte[] {1, 2, 3});
        chronicle.created(pod("mine"), "{}");
        tellOthers(LENGTH);

        SegmentIndex index = complete(chronicle.log());
        CountingLog log = new CountingLog(chronicle.log());
        ScannedHistory history = history(log, index);

        assertEquals(List.of(1L), revisions(history, newestFirst(ChangeFilter.of(pod("mine")))));
        index.close();
        CountingLog again = new CountingLog(chronicle.log());
        complete(again);
        assertTrue(again.read() < Segment.SIZE, "the store has them mended");
    }

    @Test
    void without_a_store_the_log_is_read() {
        tellOthers(LENGTH);
        SegmentStore failing = new SegmentStore() {
            @Override
            public Map<Long, byte[]> load(String shard) {
                throw new LogUnavailableException("told to fail");
            }

            @Override
            public void write(String shard, long number, byte[] segment) {
                throw new LogUnavailableException("told to fail");
            }

            @Override
            public void close() {}
        };
        SegmentIndex index = SegmentIndex.start(chronicle.log(), failing);
        index.writeWhile(() -> true);
        opened.add(index);
        index.complete().join();

        assertEquals(
                LENGTH,
                revisions(history(index), newestFirst(ChangeFilter.inNamespace("shop")))
                        .size());
    }

    @Test
    void unreadable_records_and_a_cut_leave_no_gap_in_the_index() {
        tellOthers(LENGTH);
        long late = chronicle.created(pod("late"), "{}");
        HoledLog holed = new HoledLog(chronicle.log(), Segment.SIZE, Segment.SIZE + 7, LENGTH);
        chronicle.log().cutBefore(500);
        CountingLog log = new CountingLog(holed);
        ScannedHistory history = history(log, complete(log));
        log.read();

        assertEquals(
                List.of(late),
                revisions(history, ChangeQuery.newestFirst(SHARD, 500, late, ChangeFilter.of(pod("late")))));
        assertTrue(log.read() < 10);
    }

    private SegmentIndex complete(EventLog log) {
        SegmentIndex index = started(log);
        index.complete().join();
        return index;
    }

    private SegmentIndex started(EventLog log) {
        SegmentIndex index = SegmentIndex.start(log, store);
        index.writeWhile(() -> true);
        opened.add(index);
        return index;
    }

    private ScannedHistory history(LogIndex index) {
        return history(chronicle.log(), index);
    }

    private ScannedHistory history(EventLog log, LogIndex index) {
        ScannedHistory history = new ScannedHistory(Map.of(SHARD, log), Map.of(SHARD, index));
        opened.add(history);
        return history;
    }

    private static ChangeQuery newestFirst(ChangeFilter filter) {
        return ChangeQuery.newestFirst(SHARD, 1, Long.MAX_VALUE, filter);
    }

    private void tellOthers(int events) {
        for (int i = 0; i < events; i++) {
            chronicle.command("c" + i).modified(pod("other-" + i % 500), "{}");
        }
    }

    private void tellRandomly(Random random, int events) {
        Instant time = Chronicle.START;
        for (int i = 0; i < events; i++) {
            time = time.plusSeconds(random.nextInt(4) - 1);
            chronicle.at(time.toString().substring(11, 19)).by("user-" + (int) Math.abs(random.nextGaussian() * 50));
            if (random.nextInt(5) > 0) {
                chronicle.command("command-" + i);
            }
            chronicle.modified(pod("p" + (int) Math.abs(random.nextGaussian() * 2_000)), "{}");
        }
    }

    private static ChangeFilter filter(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> ChangeFilter.of(pod("p" + random.nextInt(6_000)));
            case 1 -> new ChangeFilter(null, null, null, "user-" + random.nextInt(200), null, null, e -> true);
            case 2 -> ChangeFilter.correlatedWith("command-" + random.nextInt(LENGTH));
            case 3 ->
                new ChangeFilter(
                        null,
                        null,
                        "p" + random.nextInt(6_000),
                        null,
                        "command-" + random.nextInt(LENGTH),
                        null,
                        e -> true);
            default -> ChangeFilter.inNamespace(random.nextInt(10) == 0 ? "shop" : "nowhere");
        };
    }

    private static List<Long> revisions(ScannedHistory history, ChangeQuery query) {
        List<Long> revisions = new ArrayList<>();
        ChangeQuery next = query;
        while (true) {
            ChangePage page = join(history.page(next, 1_000));
            page.events().stream().map(Event::revision).forEach(revisions::add);
            if (page.last()) {
                return revisions;
            }
            next = next.goingOn(page.next());
        }
    }

    private static <T> T join(java.util.concurrent.CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
