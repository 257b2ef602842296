package io.shiplog.gateway.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code GET …/changes/{revision}}. */
final class GetChange {
    private final LogHistory history;

    GetChange(LogHistory history) {
        this.history = history;
    }

    void get(Exchange exchange, ChangesAsked asked, HistoryAccess access) {
        String name = exchange.info().name();
        if (!name.matches("[1-9][0-9]{0,17}")) {
            exchange.refuse(notFound(exchange));
            return;
        }
        long revision = Long.parseLong(name);
        exchange.whenDone(
                history.span(asked.shard()).thenCompose(span -> change(exchange, asked, revision, span, access)),
                change -> exchange.checked(
                        change, json -> exchange.answer(200, asked.form().single(json))));
    }

    private CompletionStage<Checked<Json>> change(
            Exchange exchange, ChangesAsked asked, long revision, Span span, HistoryAccess access) {
        if (revision > span.newest()) {
            return CompletableFuture.completedFuture(Checked.refused(notFound(exchange)));
        }
        if (revision < span.oldest()) {
            return CompletableFuture.completedFuture(Checked.refused(Refusal.of(
                    Reason.EXPIRED,
                    "revision %d is no longer in the log: its revisions are %d to %d"
                            .formatted(revision, span.oldest(), span.newest()))));
        }
        return history.page(ChangeQuery.oldestFirst(asked.shard(), revision, revision, ChangeFilter.ALL), 1)
                .thenCompose(page -> shown(exchange, asked, page, access));
    }

    private CompletionStage<Checked<Json>> shown(
            Exchange exchange, ChangesAsked asked, ChangePage page, HistoryAccess access) {
        String namespace = exchange.info().namespace();
        if (page.events().isEmpty()) {
            return CompletableFuture.completedFuture(
                    namespace.isEmpty() && !page.unreadable().isEmpty()
                            ? Checked.ok(Json.of(ChangeView.unreadable(
                                    asked.shard(), page.unreadable().getFirst())))
                            : Checked.refused(notFound(exchange)));
        }
        ObjectKey key = page.events().getFirst().key();
        if (!namespace.isEmpty() && !namespace.equals(key.namespace())) {
            return CompletableFuture.completedFuture(Checked.refused(notFound(exchange)));
        }
        Refusal refusal = access.refusal(page.events().getFirst());
        if (refusal != null) {
            return CompletableFuture.completedFuture(Checked.refused(refusal));
        }
        Event event = page.events().getFirst();
        // The position first: the log has just been read there.
        return history.position(asked.shard(), event.revision())
                .thenCompose(position -> shown(asked, page).thenApply(change -> Checked.ok(json(change, position))));
    }

    private CompletionStage<ObjectNode> shown(ChangesAsked asked, ChangePage page) {
        return asked.fields()
                ? history.withBefore(page.events()).thenApply(changes -> ChangeView.of(changes.getFirst()))
                : CompletableFuture.completedFuture(ChangeView.of(page.events().getFirst()));
    }

    private static Json json(ObjectNode change, Optional<RecordPosition> position) {
        position.ifPresent(where -> ChangeView.locate(change, where));
        return Json.of(change);
    }

    private static Refusal notFound(Exchange exchange) {
        return Refusal.notFound(ObjectKey.of(
                ChangeKind.TYPE, exchange.info().namespace(), exchange.info().name()));
    }
}
