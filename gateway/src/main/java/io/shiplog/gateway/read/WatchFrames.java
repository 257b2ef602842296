package io.shiplog.gateway.read;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.http.Accepted;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.FrameSink;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.protobuf.Messages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What every watch does alike: it sends frames as fast as its client reads them, bookmarks while the client keeps up, and ends
 * when its time is over. It pulls: a client that does not read costs no queue, gets no bookmark, and is broken off at the end.
 * Lives on the exchange's event loop; only {@link #endSoon} is called elsewhere.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Watches</a>
 */
public final class WatchFrames {
    private static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);
    /** A watch that is not longer than this ends without a bookmark, as in Kubernetes. */
    private static final Duration LAST_BOOKMARK_BEFORE = Duration.ofSeconds(2);

    private static final byte[] END = {'}', '\n'};

    private final Exchange exchange;
    private final Source source;
    private final FrameSink body;
    private final boolean bookmarks;
    private Duration timeout = Duration.ZERO;
    private boolean first = true;
    private boolean closed;
    private long bookmarkTimer = -1;
    private long endTimer = -1;

    /** The type of an event of a watch. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR;

        private final byte[] head =
                "{\"type\":\"%s\",\"object\":".formatted(name()).getBytes(StandardCharsets.US_ASCII);
    }

    /** Where the events of a watch come from. Called on the exchange's event loop. */
    public interface Source {
        /** Writes the next events to the watch. False: there are none yet, and {@link WatchFrames#pump} tells when there are. */
        boolean next();

        /** Whether the client has got all initial events: only then does a bookmark say the truth. */
        boolean isPastInitialEvents();

        /**
         * The object of a bookmark at the revision reached.
         *
         * @param endsInitialEvents whether it marks the end of the initial events
         * @param first whether it is the first frame of the watch
         */
        byte[] bookmark(boolean endsInitialEvents, boolean first);

        /** Gives back what the source holds. */
        void close();
    }

    /**
     * Opens the stream, and with it the watch for its client.
     *
     * @param bookmarks whether the client asked for bookmarks
     */
    public WatchFrames(Exchange exchange, Source source, FrameSink.Opening opening, boolean bookmarks) {
        this.exchange = exchange;
        this.source = source;
        this.bookmarks = bookmarks;
        this.body = opening.open(() -> !closed && source.next());
    }

    /** Begins, unless the client is gone. */
    public void start(Duration timeout) {
        if (closed) {
            return;
        }
        this.timeout = timeout;
        var timers = exchange.context().owner();
        endTimer = timers.setTimer(timeout.toMillis(), over -> exchange.guarded(this::end));
        if (bookmarks) {
            bookmarkTimer =
                    timers.setPeriodic(BOOKMARK_EVERY.toMillis(), each -> exchange.guarded(this::bookmarkIfRead));
        }
        pump();
    }

    /** The source has more, or may have. */
    public void pump() {
        exchange.guarded(body::pump);
    }

    /** Whether no frame was written yet. */
    public boolean isFirst() {
        return first;
    }

    /** Whether the watch is over: nothing is sent any more. */
    public boolean isClosed() {
        return closed;
    }

    /** Writes an event. @param object as JSON, which must not change any more */
    public void write(Type type, byte[] object) {
        writeEncoded(type, encoded(encoding(), object));
    }

    /** Writes an event. @param object in this watch's encoding, which must not change any more */
    void writeEncoded(Type type, byte[] object) {
        first = false;
        if (encoding() == Accepted.Text.PROTOBUF) {
            body.frame(Messages.watchEvent(type.name(), object));
        } else {
            body.frame(type.head, object, END);
        }
    }

    Accepted.Text encoding() {
        return exchange.accepted().text();
    }

    /** JSON in an encoding of watches. */
    static byte[] encoded(Accepted.Text encoding, byte[] json) {
        byte[] message = encoding == Accepted.Text.PROTOBUF ? Messages.of(Json.ofUtf8(json)) : null;
        return message == null ? json : message;
    }

    /** Writes the bookmark that marks the end of the initial events. */
    public void endInitialEvents() {
        write(Type.BOOKMARK, source.bookmark(true, first));
    }

    private void bookmark() {
        write(Type.BOOKMARK, source.bookmark(false, first));
    }

    private void bookmarkIfRead() {
        if (body.isWaiting() || !source.isPastInitialEvents()) {
            return;
        }
        body.pump(); // what there is comes first: the bookmark is then as new as it can be
        bookmark();
        body.pump();
    }

    /** Ends the watch with an event of type ERROR: the head of the answer has left. */
    public void fail(Refusal refusal) {
        write(Type.ERROR, Json.of(StatusBody.failure(refusal)).utf8());
        body.end();
    }

    /** The time is over: a last bookmark spares the client a replay. One that does not read gets no more. */
    private void end() {
        if (closed) {
            return;
        }
        if (body.isWaiting()) {
            close();
            exchange.breakOff();
            return;
        }
        boolean lasted = timeout.compareTo(LAST_BOOKMARK_BEFORE) > 0;
        if (lasted && bookmarks && source.isPastInitialEvents()) {
            bookmark();
        }
        body.end();
        body.pump();
        close();
    }

    /** Ends the watch as its timeout does. */
    public void endSoon() {
        exchange.context().runOnContext(turn -> exchange.guarded(this::end));
    }

    /** The client is gone, or has got the last frame. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        var timers = exchange.context().owner();
        timers.cancelTimer(endTimer);
        timers.cancelTimer(bookmarkTimer);
        source.close();
    }
}
