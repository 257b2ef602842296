package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.history.ChangesAsked.Range;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ListHead;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistory.Span;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET …/changes}: a page of the past, or all of it, sent as fast as the client reads. The list's resourceVersion is its
 * last revision, so that a watch can resume from there.
 */
final class ListChanges {
    /** Changes read at a time for a list without a limit. */
    private static final int READ = 500;
    /** Bytes of JSON of which a text is made as a whole. */
    private static final int MAX_GATHERED = 32 * 1024 * 1024;

    private final ChangeReader reader;
    private final LogHistory history;
    private final Moments moments;

    ListChanges(LogHistory history, Moments moments) {
        this.reader = new ChangeReader(history);
        this.history = history;
        this.moments = moments;
    }

    void list(Exchange exchange, ChangesAsked asked, HistoryAccess access) {
        UnaryOperator<ChangeQuery> visible = query -> new ChangeQuery(
                query.shard(),
                query.from(),
                query.to(),
                query.order(),
                query.filter().and(access));
        exchange.whenDone(
                query(exchange, asked),
                query -> exchange.checked(query, ok -> {
                    ChangeQuery all = visible.apply(ok);
                    if (asked.limit() > 0) {
                        exchange.whenDone(
                                reader.read(all, asked.limit(), asked), read -> page(exchange, asked, all, read));
                    } else {
                        new Stream(exchange, asked, all).next(all);
                    }
                }));
    }

    private CompletionStage<Checked<ChangeQuery>> query(Exchange exchange, ChangesAsked asked) {
        String token = exchange.query().text("continue");
        Order order = asked.range().order();
        if (!token.isEmpty()) {
            return CompletableFuture.completedFuture(ChangesToken.parse(token)
                    .map(at -> new ChangeQuery(asked.shard(), at.from(), at.to(), order, asked.filter())));
        }
        return history.span(asked.shard())
                .thenCompose(span -> ends(asked.shard(), asked.range(), span)
                        .thenApply(ends -> ends.map(
                                e -> new ChangeQuery(asked.shard(), e.from(), e.to(), order, asked.filter()))));
    }

    private CompletionStage<Checked<ChangesToken>> ends(String shard, Range range, Span span) {
        Moment first = range.from();
        Moment last = range.to();
        CompletionStage<Checked<Long>> from = first == null
                ? CompletableFuture.completedFuture(Checked.ok(span.oldest()))
                : moments.from(shard, first, span);
        CompletionStage<Checked<Long>> to = moments.to(shard, last == null ? Moment.NOW : last, span);
        return from.thenCombine(to, (f, t) -> f.then(start -> t.map(end -> new ChangesToken(start, end))));
    }

    private static void page(Exchange exchange, ChangesAsked asked, ChangeQuery query, ChangeReader.Read read) {
        String token = "";
        if (read.next() > 0) {
            ChangeQuery next = query.goingOn(read.next());
            token = new ChangesToken(next.from(), next.to()).text();
        }
        Body body = new Body(exchange, asked, new ListHead(query.to(), token, null));
        body.add(read);
        exchange.answer(200, body.whole());
    }

    /** The text of a list as it grows. */
    private static final class Body {
        private final Exchange exchange;
        private final ChangesAsked asked;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private boolean first = true;

        Body(Exchange exchange, ChangesAsked asked, ListHead head) {
            this.exchange = exchange;
            this.asked = asked;
            text.writeBytes(asked.form().listHead(head));
        }

        void add(ChangeReader.Read read) {
            var now = exchange.ports().clock().instant();
            for (Json change : read.changes()) {
                if (!first) {
                    text.write(',');
                }
                first = false;
                text.writeBytes(asked.form().item(change, now));
            }
        }

        byte[] taken() {
            byte[] taken = text.toByteArray();
            text.reset();
            return taken;
        }

        Json whole() {
            text.writeBytes(asked.form().listTail());
            return Json.ofUtf8(taken());
        }
    }

    /** Sends every page in order. A format that needs the whole list, YAML, is collected first. */
    private final class Stream {
        private final Exchange exchange;
        private final ChangesAsked asked;
        private final Body body;
        private final @Nullable HttpServerResponse response;

        Stream(Exchange exchange, ChangesAsked asked, ChangeQuery query) {
            this.exchange = exchange;
            this.asked = asked;
            this.body = new Body(exchange, asked, ListHead.of(query.to()));
            this.response = exchange.accepted().text() == Accepted.Text.JSON ? exchange.response() : null;
        }

        void next(ChangeQuery query) {
            exchange.whenDone(reader.read(query, READ, asked), read -> {
                body.add(read);
                if (read.next() == 0) {
                    end();
                } else {
                    send(() -> next(query.goingOn(read.next())));
                }
            });
        }

        private void send(Runnable then) {
            if (response == null) {
                if (body.text.size() > MAX_GATHERED) {
                    exchange.refuse(Refusal.of(
                            Reason.REQUEST_ENTITY_TOO_LARGE,
                            "the changes are too many for one text: ask for application/json, or with a limit"));
                } else {
                    then.run();
                }
                return;
            }
            if (response.closed()) {
                return;
            }
            if (!response.headWritten()) {
                exchange.head(200, Accepted.Text.JSON.contentType()).setChunked(true);
            }
            var unused = response.write(Exchange.buffer(body.taken()));
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> {
                    response.drainHandler(null);
                    exchange.guarded(then);
                });
            } else {
                then.run();
            }
        }

        private void end() {
            Json rest = body.whole();
            if (response != null && response.headWritten()) {
                if (!response.closed()) {
                    var unused = response.end(Exchange.buffer(rest.utf8()));
                }
            } else {
                exchange.answer(200, rest);
            }
        }
    }
}
