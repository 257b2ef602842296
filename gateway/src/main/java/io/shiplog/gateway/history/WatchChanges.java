package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.FrameSink;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.read.WatchFrames;
import io.shiplog.gateway.read.WatchFrames.Type;
import io.shiplog.gateway.read.WatchVerb;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * {@code GET …/changes?watch=true}: the changes after a revision, or all, and then new ones. Changes never change: every event
 * of the watch is an ADDED one. Under {@code /at/} it ends with the moment, and then stays silent.
 */
final class WatchChanges {
    /** Changes of a page. */
    private static final int READ = 500;

    private final ChangeReader reader;
    private final LogHistory history;
    private final Moments moments;
    private final Set<WatchFrames> open = ConcurrentHashMap.newKeySet();

    WatchChanges(LogHistory history, Moments moments) {
        this.reader = new ChangeReader(history);
        this.history = history;
        this.moments = moments;
    }

    void watch(Exchange exchange, ChangesAsked asked, HistoryAccess access) {
        String version = exchange.query().text("resourceVersion");
        if (!version.matches("[0-9]{0,18}")) {
            exchange.refuse(Refusal.of(
                    Reason.BAD_REQUEST, "resourceVersion: Invalid value: \"%s\": not a revision".formatted(version)));
            return;
        }
        long after = version.isEmpty() || exchange.query().flag("sendInitialEvents") ? 0 : Long.parseLong(version);
        exchange.checked(
                WatchVerb.timeout(exchange.query()),
                timeout -> exchange.whenDone(
                        places(asked, after),
                        places -> exchange.checked(
                                places,
                                ok -> exchange.stream(opening -> {
                                    WatchFrames frames = new Stream(exchange, asked, access, ok, opening).frames;
                                    open.add(frames);
                                    exchange.atEnd(() -> {
                                        open.remove(frames);
                                        frames.close();
                                    });
                                    frames.start(timeout);
                                }))));
    }

    /** Ends every watch as a timeout does. */
    void endAll() {
        open.forEach(WatchFrames::endSoon);
    }

    /**
     * Where a watch begins and ends.
     *
     * @param initial the end of the initial changes
     */
    private record Places(long after, long initial, long end) {}

    private CompletionStage<Checked<Places>> places(ChangesAsked asked, long after) {
        Moment first = asked.range().from();
        Moment last = asked.range().to();
        return history.span(asked.shard()).thenCompose(span -> {
            CompletionStage<Checked<Long>> from = after > 0
                    ? CompletableFuture.completedFuture(Checked.ok(after + 1))
                    : first == null
                            ? CompletableFuture.completedFuture(Checked.ok(span.oldest()))
                            : moments.from(asked.shard(), first, span);
            CompletionStage<Checked<Long>> to = last == null
                    ? CompletableFuture.completedFuture(Checked.ok(Long.MAX_VALUE))
                    : moments.to(asked.shard(), last, span);
            return from.thenCombine(
                    to,
                    (f, t) -> f.then(start -> t.map(end -> new Places(start - 1, Math.min(end, span.newest()), end))));
        });
    }

    /** One running watch: reads the log up to the image's newest revision, then waits for the next one. */
    private final class Stream implements WatchFrames.Source {
        private final Exchange exchange;
        private final ChangesAsked asked;
        private final HistoryAccess access;
        private final Places places;
        private final WatchFrames frames;
        /** What was read and is not sent yet: at most one page. */
        private final Deque<Json> read = new ArrayDeque<>();
        /** A page, or the next revision, is on its way. */
        private boolean awaiting;

        private boolean initialEnded;
        /** Every change up to here was read. */
        private long through;

        Stream(Exchange exchange, ChangesAsked asked, HistoryAccess access, Places places, FrameSink.Opening opening) {
            this.exchange = exchange;
            this.asked = asked;
            this.access = access;
            this.places = places;
            this.initialEnded = !exchange.query().flag("sendInitialEvents");
            this.through = places.after();
            this.frames =
                    new WatchFrames(exchange, this, opening, exchange.query().flag("allowWatchBookmarks"));
        }

        @Override
        public boolean next() {
            Json change = read.pollFirst();
            if (change != null) {
                frames.write(
                        Type.ADDED,
                        asked.form()
                                .watched(
                                        change,
                                        frames.isFirst(),
                                        exchange.clock().instant()));
                return true;
            }
            long reached =
                    Math.min(places.end(), exchange.ports().images().current().revision(asked.shard()));
            if (!awaiting && through < reached) {
                ChangeQuery query = ChangeQuery.oldestFirst(
                        asked.shard(), through + 1, reached, asked.filter().and(access));
                await(reader.read(query, READ, asked), page -> {
                    read.addAll(page.changes());
                    through = page.next() == 0 ? reached : page.next() - 1;
                });
                return false;
            }
            if (!initialEnded && through >= places.initial()) {
                initialEnded = true;
                frames.endInitialEvents();
                return true;
            }
            if (!awaiting && through < places.end()) {
                await(exchange.ports().images().atLeast(asked.shard(), through + 1), image -> {});
            }
            return false;
        }

        private <T> void await(CompletionStage<T> stage, Consumer<T> then) {
            awaiting = true;
            var unused =
                    stage.whenComplete((value, failure) -> exchange.context().runOnContext(turn -> {
                        awaiting = false;
                        if (frames.isClosed()) {
                            return;
                        }
                        if (failure == null) {
                            then.accept(value);
                        } else {
                            exchange.guarded(() -> fail(failure));
                        }
                        frames.pump();
                    }));
        }

        private void fail(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            frames.fail(
                    switch (cause) {
                        case CutLogException cut ->
                            Refusal.of(
                                    Reason.EXPIRED,
                                    "too old resource version: %d (%d)".formatted(through, cut.oldest()));
                        case LogUnavailableException unavailable ->
                            Refusal.of(Reason.SERVICE_UNAVAILABLE, "the log cannot be reached now");
                        default -> throw new IllegalStateException("a watch of changes failed", cause);
                    });
        }

        @Override
        public boolean isPastInitialEvents() {
            return initialEnded && read.isEmpty();
        }

        @Override
        public byte[] bookmark(boolean endsInitialEvents, boolean first) {
            return asked.form().bookmark(Math.max(through, 0), endsInitialEvents, first);
        }

        @Override
        public void close() {
            read.clear();
        }
    }
}
