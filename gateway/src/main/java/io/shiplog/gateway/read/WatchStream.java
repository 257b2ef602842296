package io.shiplog.gateway.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.FrameSink;
import io.shiplog.gateway.http.StatusBody;
import io.shiplog.gateway.read.ReadOptions.InitialEvents;
import io.shiplog.gateway.select.Selection;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.watch.WatchSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One running watch. It pulls: while the socket accepts bytes it polls its cursor, otherwise it waits; a slow client costs a
 * position in the history and no queue. Lives on the exchange's event loop; only {@link #wake} and {@link #endSoon} are called
 * elsewhere.
 */
final class WatchStream {
    private static final int POLL = 32;
    private static final Duration BOOKMARK_EVERY = Duration.ofMinutes(1);

    private static final byte[] ADDED = frame("ADDED");
    private static final byte[] MODIFIED = frame("MODIFIED");
    private static final byte[] DELETED = frame("DELETED");
    /** A watch that is not longer than this ends without one, as in Kubernetes. */
    private static final Duration LAST_BOOKMARK_BEFORE = Duration.ofSeconds(2);

    private static final byte[] BOOKMARK = frame("BOOKMARK");
    private static final byte[] ERROR = frame("ERROR");
    private static final byte[] END = {'}', '\n'};

    private final Exchange exchange;
    private final WatchVerb.Asked asked;
    private final FrameCache frames;
    private final FrameSink body;
    private final AtomicBoolean awake = new AtomicBoolean();
    private Iterator<StoredObject> initial;
    private final boolean endsInitialEvents;
    private boolean initialEnded;
    private boolean first = true;
    private boolean closed;
    private long through;
    private WatchSource.@Nullable Cursor cursor;
    private long bookmarkTimer = -1;
    private long endTimer = -1;

    /**
     * Opens the stream, and with it the watch for its client.
     *
     * @param image the initial state; null for a watch from a revision
     */
    WatchStream(
            Exchange exchange,
            WatchVerb.Asked asked,
            @Nullable Image image,
            FrameCache frames,
            FrameSink.Opening opening) {
        this.exchange = exchange;
        this.asked = asked;
        this.frames = frames;
        KindDescription kind = asked.served().kind();
        boolean showsWhatIs = image != null
                && (asked.options().initialEvents() == InitialEvents.YES
                        || asked.options().initialEvents() == InitialEvents.UNSAID
                                && asked.options().revision() <= 0);
        this.through = image == null ? asked.options().revision() : image.revision(kind.shard());
        this.initial = image != null && showsWhatIs
                ? Page.of(image, kind, asked.selection(), null, 0).objects().iterator()
                : Collections.emptyIterator();
        this.endsInitialEvents = asked.options().initialEvents() == InitialEvents.YES;
        this.initialEnded = !endsInitialEvents;
        this.body = opening.open(this::next);
    }

    private static byte[] frame(String type) {
        return "{\"type\":\"%s\",\"object\":".formatted(type).getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins, unless the client is gone. */
    void start() {
        if (closed) {
            return;
        }
        var timers = exchange.context().owner();
        endTimer = timers.setTimer(asked.timeout().toMillis(), over -> end());
        if (asked.bookmarks()) {
            bookmarkTimer = timers.setPeriodic(BOOKMARK_EVERY.toMillis(), each -> {
                if (!body.isWaiting() && !initial.hasNext() && initialEnded) {
                    exchange.guarded(body::pump);
                    bookmark(false);
                    body.pump();
                }
            });
        }
        try {
            if (exchange.now()) {
                cursor = exchange.ports()
                        .watches()
                        .open(asked.served().kind().storedAs(), through, exchange.actor(), this::wake);
            }
        } catch (CutLogException cut) {
            tooOld(cut);
        }
        exchange.guarded(body::pump);
    }

    /** There may be more: continue on the event loop. */
    private void wake() {
        if (awake.compareAndSet(false, true)) {
            exchange.context().runOnContext(turn -> {
                awake.set(false);
                exchange.guarded(body::pump);
            });
        }
    }

    /** Adds the next event, or the next changes. False: there is nothing yet. */
    private boolean next() {
        if (closed) {
            return false;
        }
        if (initial.hasNext()) {
            event(ADDED, initial.next(), exchange.clock().instant());
            return true;
        }
        initial = Collections.emptyIterator(); // the watch may last for long after the objects have changed
        if (!initialEnded) {
            initialEnded = true;
            bookmark(true);
        }
        try {
            return cursor != null && changes(cursor);
        } catch (CutLogException cut) {
            tooOld(cut);
            return false;
        }
    }

    private boolean changes(WatchSource.Cursor from) {
        WatchSource.Slice slice = from.poll(POLL);
        through = Math.max(through, slice.through());
        Instant now = exchange.clock().instant();
        slice.changes().forEach(change -> change(change, now));
        return !slice.changes().isEmpty();
    }

    private void change(Change change, Instant now) {
        Selection selection = asked.selection();
        StoredObject before = change.before();
        boolean was = before != null && selection.matches(before);
        boolean is = !change.removes() && selection.matches(change.after());
        if (is) {
            event(was ? MODIFIED : ADDED, change.after(), now);
        } else if (was && change.removes()) {
            event(DELETED, change.after(), now);
        } else if (before != null && was) {
            // It left the selection: the client gets its last selected state, at this revision.
            write(DELETED, asked.form().watched(at(before, change.revision()), first, now));
        }
    }

    private static Json at(StoredObject object, long revision) {
        ObjectNode tree = (ObjectNode) object.json().tree();
        ((ObjectNode) tree.path("metadata")).put("resourceVersion", Long.toString(revision));
        return Json.of(tree);
    }

    private void event(byte[] type, StoredObject object, Instant now) {
        write(type, first ? asked.form().watched(object.json(), true, now) : frames.object(asked.form(), object, now));
    }

    private void write(byte[] type, byte[] object) {
        first = false;
        body.frame(type, object, END);
    }

    private void bookmark(boolean endsInitial) {
        write(BOOKMARK, asked.form().bookmark(through, endsInitial, first));
    }

    private void tooOld(CutLogException cut) {
        long current = exchange.ports()
                .images()
                .current()
                .revision(asked.served().kind().shard());
        Refusal refusal = Refusal.of(
                Reason.EXPIRED,
                "too old resource version: %d (%d)".formatted(through, Math.max(current, cut.oldest())));
        write(ERROR, Json.of(StatusBody.failure(refusal)).utf8());
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
        boolean lasted = asked.timeout().compareTo(LAST_BOOKMARK_BEFORE) > 0;
        if (lasted && asked.bookmarks() && !initial.hasNext() && initialEnded) {
            bookmark(false);
        }
        body.end();
        body.pump();
        close();
    }

    void endSoon() {
        exchange.context().runOnContext(turn -> end());
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        var timers = exchange.context().owner();
        timers.cancelTimer(endTimer);
        timers.cancelTimer(bookmarkTimer);
        if (cursor != null) {
            cursor.close();
        }
    }
}
