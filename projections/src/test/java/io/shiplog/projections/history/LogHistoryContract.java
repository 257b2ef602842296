package io.shiplog.projections.history;

import static io.shiplog.projections.history.Chronicle.deployment;
import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.CutLogException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every form of {@link LogHistory} must do. */
public abstract class LogHistoryContract {
    protected static final String SHARD = "events";
    private static final long NEWEST = Long.MAX_VALUE;

    protected final Chronicle chronicle = new Chronicle();

    /** The history under test, of these shards. */
    protected abstract LogHistory history(Map<String, EventLog> logs);

    private LogHistory history() {
        return history(chronicle.logs());
    }

    @Test
    void a_span_names_the_oldest_and_the_newest_revision() {
        assertEquals(new LogHistory.Span(1, 0), join(history().span(SHARD)));
        chronicle.created(pod("a"), "{}");
        chronicle.created(pod("b"), "{}");
        chronicle.log().cutBefore(2);

        assertEquals(new LogHistory.Span(2, 2), join(history().span(SHARD)));
    }

    @Test
    void both_ends_of_a_question_are_included() {
        for (int i = 1; i <= 5; i++) {
            chronicle.created(pod("p" + i), "{}");
        }

        assertEquals(List.of(2L, 3L, 4L), revisions(page(ChangeQuery.oldestFirst(SHARD, 2, 4, ChangeFilter.ALL), 10)));
        assertEquals(List.of(4L, 3L, 2L), revisions(page(ChangeQuery.newestFirst(SHARD, 2, 4, ChangeFilter.ALL), 10)));
    }

    @Test
    void an_end_beyond_the_newest_event_is_no_mistake() {
        chronicle.created(pod("a"), "{}");

        assertEquals(List.of(1L), revisions(page(ChangeQuery.oldestFirst(SHARD, 1, 99, ChangeFilter.ALL), 10)));
        assertEquals(List.of(), revisions(page(ChangeQuery.newestFirst(SHARD, 2, 99, ChangeFilter.ALL), 10)));
    }

    @Test
    void a_filter_asks_for_object_actor_command_and_root() {
        chronicle.by("alice").command("apply").created(deployment("web"), "{}");
        chronicle.by("controller").because(1, "apply").created(pod("web"), "{}");
        chronicle.by("bob").command("edit").modified(deployment("web"), "{}");

        assertEquals(List.of(1L, 3L), matching(ChangeFilter.of(deployment("web"))));
        assertEquals(List.of(2L), matching(ChangeFilter.of(pod("web"))));
        assertEquals(List.of(1L, 2L), matching(ChangeFilter.correlatedWith("apply")));
        assertEquals(List.of(3L), matching(new ChangeFilter(null, null, null, "bob", null, null, e -> true)));
        assertEquals(List.of(3L), matching(new ChangeFilter(null, null, null, null, "edit", null, e -> true)));
        assertEquals(List.of(1L, 2L, 3L), matching(ChangeFilter.inNamespace("shop")));
        assertEquals(List.of(), matching(ChangeFilter.inNamespace("")));
        assertEquals(List.of(2L), matching(ChangeFilter.ALL.and(e -> e.causationId() != null)));
    }

    @Test
    void pages_make_up_the_whole_in_either_order_whatever_their_size() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> wanted = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            boolean fits = random.nextBoolean();
            long revision = chronicle.by(fits ? "bob" : "alice").modified(pod("p" + random.nextInt(9)), "{}");
            if (fits) {
                wanted.add(revision);
            }
        }
        ChangeFilter filter = new ChangeFilter(null, null, null, "bob", null, null, e -> true);
        int size = 1 + random.nextInt(20);

        assertEquals(wanted, all(ChangeQuery.oldestFirst(SHARD, 1, NEWEST, filter), size), () -> "seed " + seed);
        assertEquals(
                wanted.reversed(), all(ChangeQuery.newestFirst(SHARD, 1, NEWEST, filter), size), () -> "seed " + seed);
    }

    @Test
    void each_change_comes_with_its_object_before_it_however_far_back_that_is() {
        chronicle.created(pod("a"), "{'turn':1}");
        chronicle.created(pod("b"), "{'turn':2}");
        chronicle.modified(pod("a"), "{'turn':3}");
        chronicle.deleted(pod("a"), "{'turn':4}");
        chronicle.created(pod("a"), "{'turn':5}");
        List<Event> asked = page(ChangeQuery.newestFirst(SHARD, 1, NEWEST, ChangeFilter.of(pod("a"))), 10)
                .events();

        List<PastChange> changes = join(history().withBefore(asked));

        assertEquals(
                List.of(5L, 4L, 3L, 1L),
                changes.stream().map(PastChange::revision).toList());
        assertEquals(
                List.of(0L, 3L, 1L, 0L),
                changes.stream().map(PastChange::previous).toList());
        assertTrue(changes.getFirst().creates());
        assertNull(changes.getFirst().before());
        assertEquals("{\"turn\":3}", String.valueOf(changes.get(1).before()));
        assertNull(changes.get(1).after());
        assertEquals("{\"turn\":1}", String.valueOf(changes.get(2).before()));
        assertEquals(List.of(), join(history().withBefore(List.of())));
    }

    @Test
    void what_was_before_a_cut_is_not_known() {
        chronicle.created(pod("a"), "{'turn':1}");
        chronicle.modified(pod("a"), "{'turn':2}");
        chronicle.modified(pod("a"), "{'turn':3}");
        chronicle.log().cutBefore(2);
        List<Event> left = page(ChangeQuery.oldestFirst(SHARD, 2, NEWEST, ChangeFilter.ALL), 10)
                .events();

        List<PastChange> changes = join(history().withBefore(left));

        assertEquals(
                List.of(PastChange.UNKNOWN, 2L),
                changes.stream().map(PastChange::previous).toList());
    }

    @Test
    void a_question_that_begins_before_a_cut_is_refused_with_the_oldest_revision() {
        for (int i = 1; i <= 4; i++) {
            chronicle.created(pod("p" + i), "{}");
        }
        chronicle.log().cutBefore(3);
        LogHistory history = history();

        for (ChangeQuery query : List.of(
                ChangeQuery.oldestFirst(SHARD, 2, NEWEST, ChangeFilter.ALL),
                ChangeQuery.newestFirst(SHARD, 2, NEWEST, ChangeFilter.ALL))) {
            CompletionException failure = assertThrows(CompletionException.class, () -> join(history.page(query, 10)));
            assertEquals(
                    3,
                    assertInstanceOf(CutLogException.class, failure.getCause()).oldest());
        }
        assertEquals(List.of(3L, 4L), all(ChangeQuery.oldestFirst(SHARD, 3, NEWEST, ChangeFilter.ALL), 1));
    }

    @Test
    void a_moment_is_the_longest_beginning_that_has_nothing_later() {
        chronicle.at("03:00:10").created(pod("a"), "{}");
        chronicle.at("03:00:20").created(pod("b"), "{}");
        chronicle.at("03:00:05").created(pod("clock-set-back"), "{}");
        chronicle.at("03:00:30").created(pod("c"), "{}");
        LogHistory history = history();

        assertEquals(0, join(history.revisionAt(SHARD, time("03:00:09"))));
        assertEquals(0, join(history.revisionAt(SHARD, time("03:00:05"))));
        assertEquals(1, join(history.revisionAt(SHARD, time("03:00:19"))));
        assertEquals(3, join(history.revisionAt(SHARD, time("03:00:20"))));
        assertEquals(4, join(history.revisionAt(SHARD, time("23:00:00"))));
    }

    @Test
    void a_page_has_a_size_and_a_shard_a_name() {
        LogHistory history = history();
        ChangeQuery everything = ChangeQuery.oldestFirst(SHARD, 1, NEWEST, ChangeFilter.ALL);

        assertThrows(IllegalArgumentException.class, () -> history.page(everything, 0));
        assertThrows(IllegalArgumentException.class, () -> history.page(everything, LogHistory.MAX_PAGE + 1));
        assertThrows(RuntimeException.class, () -> join(history.span("nowhere")));
    }

    private List<Long> matching(ChangeFilter filter) {
        List<Long> forwards = all(ChangeQuery.oldestFirst(SHARD, 1, NEWEST, filter), 10);
        assertEquals(forwards.reversed(), all(ChangeQuery.newestFirst(SHARD, 1, NEWEST, filter), 10));
        return forwards;
    }

    private List<Long> all(ChangeQuery query, int size) {
        LogHistory history = history();
        List<Long> all = new ArrayList<>();
        ChangePage page = join(history.page(query, size));
        ChangeQuery next = query;
        while (true) {
            assertTrue(page.events().size() <= size);
            all.addAll(revisions(page));
            if (page.last()) {
                return all;
            }
            next = next.goingOn(page.next());
            page = join(history.page(next, size));
        }
    }

    private ChangePage page(ChangeQuery query, int limit) {
        return join(history().page(query, limit));
    }

    private static List<Long> revisions(ChangePage page) {
        return page.events().stream().map(Event::revision).toList();
    }

    private static Instant time(String clock) {
        return Instant.parse("2026-11-22T" + clock + "Z");
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
