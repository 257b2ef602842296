package io.shiplog.projections.watch;

import io.shiplog.projections.image.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The recent changes of one type, shared by all its watchers. Invariant: every change of the type that was published with a
 * revision above {@link #floor()} is held.
 */
final class ChangeWindow {
    /** Maximum number of changes held for a type. */
    static final int MAX_CHANGES = 8_192;
    /** Maximum bytes that a window may keep alive for a type: the objects, and an estimate for each event's headers. */
    static final long MAX_BYTES = 16L << 20;
    /** The estimated cost of an event besides its object. */
    private static final int EVENT_BYTES = 700;

    private static final int FIRST_CAPACITY = 16;

    private final CopyOnWriteArrayList<TypeCursor> cursors = new CopyOnWriteArrayList<>();
    private Change[] ring = new Change[FIRST_CAPACITY];
    /** Count of the changes ever dropped, and ever added: positions in the history since this window was created. */
    private long first;

    private long next;
    private long bytes;
    private long floor;

    /** @param floor the revision after which the window begins */
    ChangeWindow(long floor) {
        this.floor = floor;
    }

    synchronized void append(Change change) {
        if (next - first == ring.length) {
            if (ring.length < MAX_CHANGES) {
                grow();
            } else {
                dropOldest();
            }
        }
        ring[slot(next++)] = change;
        bytes += weight(change);
        while (bytes > MAX_BYTES && next - first > 1) {
            dropOldest();
        }
    }

    synchronized long floor() {
        return floor;
    }

    /** The position of the first change after a revision, or -1 if the window begins later. */
    synchronized long placeAfter(long revision) {
        if (revision < floor) {
            return -1;
        }
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (at(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Reads from a position on.
     *
     * @param published the shard's revision up to which every change had been appended before this call
     * @return null if the window has moved past the position
     */
    synchronized WatchSource.@Nullable Slice read(long place, int limit, long published) {
        if (place < first) {
            return null;
        }
        int count = (int) Math.min(limit, next - place);
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            changes.add(at(place + i));
        }
        long last = count == 0 ? 0 : changes.getLast().revision();
        return new WatchSource.Slice(changes, place + count == next ? Math.max(last, published) : last);
    }

    void attach(TypeCursor cursor) {
        cursors.add(cursor);
    }

    void detach(TypeCursor cursor) {
        cursors.remove(cursor);
    }

    void wakeAll() {
        cursors.forEach(TypeCursor::wakeIfWaiting);
    }

    private void dropOldest() {
        int slot = slot(first++);
        Change dropped = ring[slot];
        ring[slot] = null;
        bytes -= weight(dropped);
        floor = dropped.revision();
    }

    private void grow() {
        Change[] larger = new Change[Math.min(ring.length * 2, MAX_CHANGES)];
        for (long place = first; place < next; place++) {
            larger[(int) (place % larger.length)] = at(place);
        }
        ring = larger;
    }

    private Change at(long place) {
        return ring[slot(place)];
    }

    private int slot(long place) {
        return (int) (place % ring.length);
    }

    private static long weight(Change change) {
        return EVENT_BYTES + change.event().object().size();
    }
}
