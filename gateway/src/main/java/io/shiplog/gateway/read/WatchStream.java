package io.shiplog.gateway.read;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.FrameSink;
import io.shiplog.gateway.read.ReadOptions.InitialEvents;
import io.shiplog.gateway.read.WatchFrames.Type;
import io.shiplog.gateway.select.Selection;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.watch.WatchSource;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One running watch of objects: the initial ones, then the changes of its cursor; a slow client costs a position in the history.
 * Lives on the exchange's event loop; only {@link #wake} is called elsewhere.
 */
final class WatchStream implements WatchFrames.Source {
    private static final int POLL = 32;

    private final Exchange exchange;
    private final WatchVerb.Asked asked;
    private final FrameCache cache;
    private final WatchFrames frames;
    private final AtomicBoolean awake = new AtomicBoolean();
    private Iterator<StoredObject> initial;
    private boolean initialEnded;
    private long through;
    private WatchSource.@Nullable Cursor cursor;

    /**
     * Opens the stream, and with it the watch for its client.
     *
     * @param image the initial state; null for a watch from a revision
     */
    WatchStream(
            Exchange exchange,
            WatchVerb.Asked asked,
            @Nullable Image image,
            FrameCache cache,
            FrameSink.Opening opening) {
        this.exchange = exchange;
        this.asked = asked;
        this.cache = cache;
        KindDescription kind = asked.served().kind();
        boolean showsWhatIs = image != null
                && (asked.options().initialEvents() == InitialEvents.YES
                        || asked.options().initialEvents() == InitialEvents.UNSAID
                                && asked.options().revision() <= 0);
        this.through = image == null ? asked.options().revision() : image.revision(kind.shard());
        this.initial = image != null && showsWhatIs
                ? Page.of(image, kind, asked.selection(), null, 0).objects().iterator()
                : Collections.emptyIterator();
        this.initialEnded = asked.options().initialEvents() != InitialEvents.YES;
        this.frames = new WatchFrames(exchange, this, opening, asked.bookmarks());
    }

    WatchFrames frames() {
        return frames;
    }

    /** Begins, unless the client is gone. */
    void start() {
        if (frames.isClosed()) {
            return;
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
        frames.start(asked.timeout());
    }

    /** There may be more: continue on the event loop. */
    private void wake() {
        if (awake.compareAndSet(false, true)) {
            exchange.context().runOnContext(turn -> {
                awake.set(false);
                frames.pump();
            });
        }
    }

    @Override
    public boolean next() {
        if (initial.hasNext()) {
            event(Type.ADDED, initial.next(), exchange.clock().instant());
            return true;
        }
        initial = Collections.emptyIterator(); // the watch may last for long after the objects have changed
        if (!initialEnded) {
            initialEnded = true;
            frames.endInitialEvents();
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
            event(was ? Type.MODIFIED : Type.ADDED, change.after(), now);
        } else if (was && change.removes()) {
            event(Type.DELETED, change.after(), now);
        } else if (before != null && was) {
            // It left the selection: the client gets its last selected state, at this revision.
            frames.write(Type.DELETED, asked.form().watched(at(before, change.revision()), frames.isFirst(), now));
        }
    }

    private static Json at(StoredObject object, long revision) {
        ObjectNode tree = (ObjectNode) object.json().tree();
        ((ObjectNode) tree.path("metadata")).put("resourceVersion", Long.toString(revision));
        return Json.of(tree);
    }

    private void event(Type type, StoredObject object, Instant now) {
        if (frames.isFirst()) {
            frames.write(type, asked.form().watched(object.json(), true, now));
        } else {
            frames.writeEncoded(type, cache.object(asked.form(), frames.encoding(), object, now));
        }
    }

    @Override
    public boolean isPastInitialEvents() {
        return initialEnded && !initial.hasNext();
    }

    @Override
    public byte[] bookmark(boolean endsInitialEvents, boolean first) {
        return asked.form().bookmark(through, endsInitialEvents, first);
    }

    private void tooOld(CutLogException cut) {
        long current = exchange.ports()
                .images()
                .current()
                .revision(asked.served().kind().shard());
        frames.fail(Refusal.of(
                Reason.EXPIRED,
                "too old resource version: %d (%d)".formatted(through, Math.max(current, cut.oldest()))));
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
