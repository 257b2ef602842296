package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.PastChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Reads pages of the past and converts them to Changes, on the history's own threads. */
final class ChangeReader {
    /** A page ends when its Changes are so large together. */
    private static final long MAX_BYTES = 1L << 20;
    /** So many events are compared with their objects before them at once, and fewer large ones: all of them are held. */
    private static final int COMPARED_AT_ONCE = 16;

    private final LogHistory history;

    ChangeReader(LogHistory history) {
        this.history = history;
    }

    /**
     * A page of Changes.
     *
     * @param next the revision to continue from, 0 if this was all
     */
    record Read(List<Json> changes, long next) {}

    private record Numbered(long revision, Json change) {}

    CompletionStage<Read> read(ChangeQuery query, int limit, ChangesAsked asked) {
        return history.page(query, limit)
                .thenCompose(page -> changes(page, asked.fields(), 0, new ArrayList<>(), 0)
                        .thenApply(changes -> cut(page, changes, query, asked)));
    }

    /**
     * The events of a page from one on, written down, until they are many bytes: a Change may be as large as its object before and
     * after it together.
     */
    private CompletionStage<List<Numbered>> changes(
            ChangePage page, boolean fields, int from, List<Numbered> done, long bytes) {
        List<Event> events = page.events();
        if (from >= events.size() || bytes >= MAX_BYTES) {
            return CompletableFuture.completedFuture(done);
        }
        if (!fields) {
            return changes(page, false, events.size(), numbered(events, Event::revision, ChangeView::of), 0);
        }
        int to = from + 1;
        long large = events.get(from).object().size();
        while (to < events.size() && to - from < COMPARED_AT_ONCE && large < MAX_BYTES) {
            large += events.get(to++).object().size();
        }
        int next = to;
        return history.withBefore(events.subList(from, next)).thenCompose(all -> {
            List<Numbered> more = numbered(all, PastChange::revision, ChangeView::of);
            done.addAll(more);
            long size = more.stream().mapToLong(each -> each.change().size()).sum();
            return changes(page, true, next, done, bytes + size);
        });
    }

    private static <T> List<Numbered> numbered(List<T> all, Function<T, Long> revision, Function<T, ObjectNode> view) {
        return all.stream()
                .map(each -> new Numbered(revision.apply(each), Json.of(view.apply(each))))
                .toList();
    }

    /** Ends a page behind the last event that was written down. */
    private static Read cut(ChangePage page, List<Numbered> changes, ChangeQuery query, ChangesAsked asked) {
        if (changes.size() == page.events().size()) {
            return new Read(merged(changes, page.unreadable(), query, asked), page.next());
        }
        boolean forwards = query.order() == Order.OLDEST_FIRST;
        long last = changes.getLast().revision();
        List<Long> unreadable = page.unreadable().stream()
                .filter(each -> forwards ? each < last : each > last)
                .toList();
        return new Read(merged(changes, unreadable, query, asked), forwards ? last + 1 : last - 1);
    }

    private static List<Json> merged(
            List<Numbered> changes, List<Long> unreadable, ChangeQuery query, ChangesAsked asked) {
        if (asked.narrowed() || unreadable.isEmpty()) {
            return changes.stream().map(Numbered::change).toList();
        }
        List<Numbered> all = new ArrayList<>(changes);
        unreadable.forEach(revision ->
                all.add(new Numbered(revision, Json.of(ChangeView.unreadable(query.shard(), revision)))));
        Comparator<Numbered> order = Comparator.comparingLong(Numbered::revision);
        all.sort(query.order() == Order.OLDEST_FIRST ? order : order.reversed());
        return all.stream().map(Numbered::change).toList();
    }
}
