package io.shiplog.projections.history;

import static io.shiplog.projections.history.Chronicle.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.projections.history.ChangeQuery.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScannedHistoryTest extends LogHistoryContract {
    private final List<ScannedHistory> opened = new ArrayList<>();

    @Override
    protected LogHistory history(Map<String, EventLog> logs) {
        ScannedHistory history = new ScannedHistory(logs);
        opened.add(history);
        return history;
    }

    @AfterEach
    void close() {
        opened.forEach(ScannedHistory::close);
    }

    @Test
    void a_record_that_nobody_can_decode_is_shown_as_such() {
        for (int i = 1; i <= 4; i++) {
            chronicle.created(pod("p" + i), "{}");
        }
        LogHistory history = history(Map.of("events", new HoledLog(chronicle.log(), 2, 4)));

        ChangePage all = page(history, ChangeQuery.oldestFirst("events", 1, 4, ChangeFilter.ALL), 10);
        ChangePage back = page(history, ChangeQuery.newestFirst("events", 1, 4, ChangeFilter.ALL), 10);
        ChangePage first = page(history, ChangeQuery.oldestFirst("events", 1, 4, ChangeFilter.ALL), 1);

        assertEquals(List.of(1L, 3L), all.events().stream().map(Event::revision).toList());
        assertEquals(List.of(2L, 4L), all.unreadable());
        assertEquals(List.of(4L, 2L), back.unreadable());
        assertEquals(List.of(), first.unreadable());
        assertEquals(2, first.next());
    }

    @Test
    void a_long_log_is_read_in_stretches_and_a_page_ends_after_so_many_events() {
        int length = ScannedHistory.MAX_SCANNED + ScannedHistory.STRETCH_EVENTS + 1;
        chronicle.by("bob").created(pod("first"), "{}");
        chronicle.by("alice");
        for (int i = 2; i < length; i++) {
            chronicle.modified(pod("p"), "{}");
        }
        chronicle.by("bob").created(pod("last"), "{}");
        ChangeFilter filter = new ChangeFilter(null, null, null, "bob", null, null, e -> true);
        LogHistory history = history(chronicle.logs());

        ChangeQuery query = ChangeQuery.oldestFirst("events", 1, length, filter);
        ChangePage first = page(history, query, 10);
        ChangePage second = page(history, query.goingOn(first.next()), 10);

        assertEquals(ScannedHistory.MAX_SCANNED + 1, first.next());
        assertEquals(List.of("first"), names(first));
        assertEquals(List.of("last"), names(second));
        assertEquals(List.of("last"), names(page(history, ChangeQuery.newestFirst("events", 1, length, filter), 10)));
    }

    /** 40 MB of one object's events: a request for one of them must not make the process hold them all. */
    @ParameterizedTest
    @EnumSource(Order.class)
    void a_page_of_large_objects_is_short_and_the_pages_together_are_whole(Order order) {
        String large = "{\"data\":\"" + "x".repeat(1 << 20) + "\"}";
        for (int i = 1; i <= 40; i++) {
            chronicle.modified(pod("p"), large);
            chronicle.modified(pod("other"), "{}");
        }
        LogHistory history = history(chronicle.logs());
        ChangeQuery query = new ChangeQuery("events", 1, 80, order, ChangeFilter.of(pod("p")));

        List<Long> revisions = new ArrayList<>();
        ChangePage page = page(history, query, LogHistory.MAX_PAGE);
        while (true) {
            page.events().forEach(event -> revisions.add(event.revision()));
            long bytes = page.events().stream()
                    .mapToLong(event -> event.object().size())
                    .sum();
            assertTrue(bytes < 4L << 20, () -> "bytes " + bytes);
            if (page.last()) {
                break;
            }
            query = query.goingOn(page.next());
            page = page(history, query, LogHistory.MAX_PAGE);
        }

        List<Long> all =
                LongStream.rangeClosed(1, 40).map(i -> 2 * i - 1).boxed().toList();
        assertEquals(order == Order.OLDEST_FIRST ? all : all.reversed(), revisions);
    }

    private static List<String> names(ChangePage page) {
        return page.events().stream().map(event -> event.key().name()).toList();
    }

    private static ChangePage page(LogHistory history, ChangeQuery query, int limit) {
        return history.page(query, limit).toCompletableFuture().join();
    }
}
