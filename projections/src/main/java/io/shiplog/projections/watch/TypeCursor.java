package io.shiplog.projections.watch;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A watcher's position: in the window while it keeps up, in the log while it does not. */
final class TypeCursor implements WatchSource.Cursor {
    private final ResourceType type;
    private final ShardFeed feed;
    private final ChangeWindow window;
    private final Actor who;
    private final Runnable wake;
    /** Set when a poll has emptied the window: the next change must wake the watcher. */
    private final AtomicBoolean waiting = new AtomicBoolean();

    private final long after;

    private long through;
    private long place;
    private volatile boolean closed;
    private @Nullable LogReading reading;

    TypeCursor(ResourceType type, ShardFeed feed, ChangeWindow window, long after, Actor who, Runnable wake) {
        this.type = type;
        this.feed = feed;
        this.window = window;
        this.who = who;
        this.wake = wake;
        this.after = after;
        this.through = after;
        this.place = window.placeAfter(after);
        if (place < 0) {
            reading = feed.readFromLog(type, after, window, null, who, wake);
        }
        window.attach(this);
    }

    @Override
    public WatchSource.Slice poll(int limit) {
        if (closed) {
            return nothing();
        }
        LogReading behind = reading;
        if (behind != null) {
            WatchSource.Slice slice = behind.poll(limit);
            through = Math.max(through, slice.through());
            if (!behind.finished()) {
                return new WatchSource.Slice(slice.changes(), through);
            }
            place = window.placeAfter(through);
            // The window may have moved on meanwhile; then the log is read from where this reading ended.
            reading = place < 0 ? feed.readFromLog(type, through, window, behind.base(), who, wake) : null;
            if (reading != null || !slice.changes().isEmpty()) {
                wakeSoon();
                return new WatchSource.Slice(slice.changes(), through);
            }
        }
        return pollWindow(limit);
    }

    private WatchSource.Slice pollWindow(int limit) {
        // Armed before reading: a change between the two wakes for nothing, but none is missed.
        waiting.set(true);
        WatchSource.Slice slice = window.read(place, limit, feed.published());
        if (slice == null) {
            waiting.set(false);
            reading = feed.readFromLog(type, through, window, null, who, wake);
            return nothing();
        }
        place += slice.changes().size();
        List<Change> changes = slice.changes();
        if (!changes.isEmpty() && changes.getFirst().revision() <= after) {
            // The client's revision was newer than this process's image when the cursor was opened.
            changes = changes.stream().filter(c -> c.revision() > after).toList();
        }
        through = Math.max(through, slice.through());
        return new WatchSource.Slice(changes, through);
    }

    /** After a poll from the log the window may have more at once. */
    private void wakeSoon() {
        waiting.set(false);
        wake.run();
    }

    void wakeIfWaiting() {
        if (waiting.compareAndSet(true, false)) {
            wake.run();
        }
    }

    private WatchSource.Slice nothing() {
        return new WatchSource.Slice(List.of(), through);
    }

    @Override
    public void close() {
        closed = true;
        window.detach(this);
        LogReading behind = reading;
        if (behind != null) {
            behind.close();
        }
    }
}
