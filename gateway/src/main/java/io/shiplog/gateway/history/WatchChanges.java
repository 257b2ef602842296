package io.shiplog.gateway.history;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.read.WatchVerb;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code GET …/changes?watch=true}: the changes after a revision, or all, and then new ones. Changes never change: every event
 * of the watch is an ADDED one. Under {@code /at/} it ends with the moment, and then stays silent.
 */
final class WatchChanges {
    private static final int READ = 500;
    /** A watch without a timeout ends somewhere between this and twice this; like other watches. */
    private static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    private static final byte[] END = {'}', '\n'};

    private final ChangeReader reader;
    private final LogHistory history;
    private final Moments moments;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

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
                        places -> exchange.checked(places, ok -> {
                            Stream stream = new Stream(exchange, asked, access, ok);
                            open.add(stream);
                            exchange.atEnd(() -> {
                                open.remove(stream);
                                stream.close();
                            });
                            stream.start(timeout);
                        })));
    }

    /** Ends every watch as a timeout does. */
    void endAll() {
        open.forEach(Stream::endSoon);
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
    private final class Stream {
        private final Exchange exchange;
        private final ChangesAsked asked;
        private final HistoryAccess access;
        private final Places places;
        private final HttpServerResponse response;
        private final boolean bookmarks;
        private boolean initialEnded;
        private boolean first = true;
        private long through;
        private long bookmarkTimer = -1;
        private long endTimer = -1;
        private boolean closed;

        Stream(Exchange exchange, ChangesAsked asked, HistoryAccess access, Places places) {
            this.exchange = exchange;
            this.asked = asked;
            this.access = access;
            this.places = places;
            this.response = exchange.response();
            this.bookmarks = exchange.query().flag("allowWatchBookmarks");
            this.initialEnded = !exchange.query().flag("sendInitialEvents");
            this.through = places.after();
        }

        /** Opens the watch, unless the client is gone. */
        void start(Duration timeout) {
            if (closed) {
                return;
            }
            exchange.head(200, Accepted.Text.JSON.contentType()).setChunked(true);
            var sent = response.writeHead();
            var timers = exchange.context().owner();
            endTimer = timers.setTimer(timeout.toMillis(), over -> exchange.guarded(this::end));
            if (bookmarks) {
                bookmarkTimer = timers.setPeriodic(
                        BOOKMARK_EVERY.toMillis(), tick -> exchange.guarded(() -> send(bookmark(false))));
            }
            step();
        }

        private void step() {
            if (closed) {
                return;
            }
            long reached =
                    Math.min(places.end(), exchange.ports().images().current().revision(asked.shard()));
            if (through < reached) {
                ChangeQuery query = ChangeQuery.oldestFirst(
                        asked.shard(), through + 1, reached, asked.filter().and(access));
                onLoop(reader.read(query, READ, asked), read -> read(read, reached));
                return;
            }
            if (!initialEnded && through >= places.initial()) {
                initialEnded = true;
                send(bookmark(true));
            }
            if (through < places.end()) {
                onLoop(exchange.ports().images().atLeast(asked.shard(), through + 1), image -> step());
            }
        }

        private void read(ChangeReader.Read read, long reached) {
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            for (Json change : read.changes()) {
                piece.writeBytes(frame(
                        "ADDED",
                        asked.form()
                                .watched(change, first, exchange.ports().clock().instant())));
                first = false;
            }
            through = read.next() == 0 ? reached : read.next() - 1;
            send(piece.toByteArray());
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> {
                    response.drainHandler(null);
                    exchange.guarded(this::step);
                });
            } else {
                step();
            }
        }

        private byte[] bookmark(boolean endsInitial) {
            byte[] frame = frame("BOOKMARK", asked.form().bookmark(Math.max(through, 0), endsInitial, first));
            first = false;
            return frame;
        }

        private static byte[] frame(String type, byte[] body) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream(body.length + 40);
            frame.writeBytes("{\"type\":\"%s\",\"object\":".formatted(type).getBytes(StandardCharsets.US_ASCII));
            frame.writeBytes(body);
            frame.writeBytes(END);
            return frame.toByteArray();
        }

        private <T> void onLoop(CompletionStage<T> stage, java.util.function.Consumer<T> then) {
            var unused =
                    stage.whenComplete((value, failure) -> exchange.context().runOnContext(turn -> {
                        if (closed) {
                            return;
                        }
                        if (failure == null) {
                            exchange.guarded(() -> then.accept(value));
                        } else {
                            fail(
                                    failure instanceof CompletionException && failure.getCause() != null
                                            ? failure.getCause()
                                            : failure);
                        }
                    }));
        }

        /** The head is sent: an error from now on is an event. */
        private void fail(Throwable failure) {
            Refusal refusal;
            switch (failure) {
                case CutLogException cut ->
                    refusal = Refusal.of(
                            Reason.EXPIRED, "too old resource version: %d (%d)".formatted(through, cut.oldest()));
                case LogUnavailableException unavailable ->
                    refusal = Refusal.of(Reason.SERVICE_UNAVAILABLE, "the log cannot be reached now");
                default -> {
                    exchange.guarded(() -> {
                        throw new IllegalStateException("a watch of changes failed", failure);
                    });
                    return;
                }
            }
            send(frame("ERROR", Json.of(StatusBody.failure(refusal)).utf8()));
            finish();
        }

        private void send(byte[] frames) {
            if (frames.length > 0 && !response.ended() && !response.closed()) {
                var unused = response.write(Exchange.buffer(frames));
            }
        }

        /** The timeout has passed: a last bookmark saves the client a replay. */
        private void end() {
            if (bookmarks && initialEnded) {
                send(bookmark(false));
            }
            finish();
        }

        private void finish() {
            if (!response.ended() && !response.closed()) {
                var unused = response.end();
            }
            close();
        }

        void endSoon() {
            exchange.context().runOnContext(turn -> end());
        }

        void close() {
            closed = true;
            var timers = exchange.context().owner();
            timers.cancelTimer(endTimer);
            timers.cancelTimer(bookmarkTimer);
        }
    }
}
