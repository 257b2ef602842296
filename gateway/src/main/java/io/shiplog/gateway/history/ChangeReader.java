package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Reads pages of the past and writes them down as Changes, on the history's own threads. */
final class ChangeReader {
    private final LogHistory history;

    ChangeReader(LogHistory history) {
        this.history = history;
    }

    /**
     * A page of Changes.
     *
     * @param next the revision to go on from, 0 if this was all
     */
    record Read(List<Json> changes, long next) {}

    private record Numbered(long revision, Json change) {}

    CompletionStage<Read> read(ChangeQuery query, int limit, ChangesAsked asked) {
        return history.page(query, limit)
                .thenCompose(page -> changes(page, asked.fields())
                        .thenApply(changes -> new Read(merged(changes, page, query, asked), page.next())));
    }

    private CompletionStage<List<Numbered>> changes(ChangePage page, boolean fields) {
        return fields
                ? history.withBefore(page.events())
                        .thenApply(all -> numbered(all, past -> past.revision(), ChangeView::of))
                : java.util.concurrent.CompletableFuture.completedFuture(
                        numbered(page.events(), Event::revision, ChangeView::of));
    }

    private static <T> List<Numbered> numbered(List<T> all, Function<T, Long> revision, Function<T, ObjectNode> view) {
        return all.stream()
                .map(each -> new Numbered(revision.apply(each), Json.of(view.apply(each))))
                .toList();
    }

    private static List<Json> merged(List<Numbered> changes, ChangePage page, ChangeQuery query, ChangesAsked asked) {
        if (asked.narrowed() || page.unreadable().isEmpty()) {
            return changes.stream().map(Numbered::change).toList();
        }
        List<Numbered> all = new ArrayList<>(changes);
        page.unreadable()
                .forEach(revision ->
                        all.add(new Numbered(revision, Json.of(ChangeView.unreadable(query.shard(), revision)))));
        Comparator<Numbered> order = Comparator.comparingLong(Numbered::revision);
        all.sort(query.order() == Order.OLDEST_FIRST ? order : order.reversed());
        return all.stream().map(Numbered::change).toList();
    }
}
