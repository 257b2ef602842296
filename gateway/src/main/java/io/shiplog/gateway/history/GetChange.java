package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistory.Span;
import io.shiplog.projections.history.PastChange;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code GET …/changes/{revision}}. */
final class GetChange {
    private final LogHistory history;

    GetChange(LogHistory history) {
        this.history = history;
    }

    void get(Exchange exchange, ChangesAsked asked, Sight sight) {
        String name = exchange.info().name();
        if (!name.matches("[1-9][0-9]{0,17}")) {
            exchange.refuse(notFound(exchange));
            return;
        }
        long revision = Long.parseLong(name);
        exchange.whenDone(
                history.span(asked.shard()).thenCompose(span -> change(exchange, asked.shard(), revision, span, sight)),
                change -> exchange.checked(
                        change, json -> exchange.answer(200, asked.form().single(json))));
    }

    private CompletionStage<Checked<Json>> change(
            Exchange exchange, String shard, long revision, Span span, Sight sight) {
        if (revision > span.newest()) {
            return CompletableFuture.completedFuture(Checked.refused(notFound(exchange)));
        }
        if (revision < span.oldest()) {
            return CompletableFuture.completedFuture(Checked.refused(Refusal.of(
                    Reason.EXPIRED,
                    "revision %d is no longer in the log: its revisions are %d to %d"
                            .formatted(revision, span.oldest(), span.newest()))));
        }
        return history.page(ChangeQuery.oldestFirst(shard, revision, revision, ChangeFilter.ALL), 1)
                .thenCompose(page -> shown(exchange, shard, page, sight));
    }

    private CompletionStage<Checked<Json>> shown(Exchange exchange, String shard, ChangePage page, Sight sight) {
        String namespace = exchange.info().namespace();
        if (page.events().isEmpty()) {
            return CompletableFuture.completedFuture(
                    namespace.isEmpty() && !page.unreadable().isEmpty()
                            ? Checked.fine(Json.of(ChangeView.unreadable(
                                    shard, page.unreadable().getFirst())))
                            : Checked.refused(notFound(exchange)));
        }
        ObjectKey key = page.events().getFirst().key();
        if (!namespace.isEmpty() && !namespace.equals(key.namespace())) {
            return CompletableFuture.completedFuture(Checked.refused(notFound(exchange)));
        }
        Refusal refusal = sight.refusal(key);
        return refusal != null
                ? CompletableFuture.completedFuture(Checked.refused(refusal))
                : history.withBefore(page.events())
                        .thenCombine(
                                history.position(shard, page.events().getFirst().revision()),
                                (changes, position) -> Checked.fine(json(changes.getFirst(), position)));
    }

    private static Json json(PastChange past, Optional<RecordPosition> position) {
        ObjectNode change = ChangeView.of(past);
        position.ifPresent(where -> ChangeView.locate(change, where));
        return Json.of(change);
    }

    private static Refusal notFound(Exchange exchange) {
        return Refusal.notFound(ObjectKey.of(
                ChangeKind.TYPE, exchange.info().namespace(), exchange.info().name()));
    }
}
