package io.shiplog.projections.watch;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import java.util.List;

/**
 * The changes of a type from any revision in the log: from memory for the recent window, from the log before it. A slow reader
 * falls back to the log. Too many readers of the log at once, and one that takes nothing for seconds, get what a truncated log gives.
 */
public interface WatchSource {
    /**
     * Opens a cursor after a revision. Does not block: if the log no longer holds the revision after {@code after}, one of the
     * first polls fails.
     *
     * @param who one user reads from the log at most with a share of the readers
     * @param wake called, on any thread, when {@link Cursor#poll} may have more; it must only hand over
     */
    Cursor open(ResourceType type, long after, Actor who, Runnable wake);

    /** A position in the history of one type. Used by one thread at a time. */
    interface Cursor extends AutoCloseable {
        /**
         * The next changes, at most {@code limit}, without blocking; none if there is nothing yet (wake will be called).
         * Advances the cursor.
         *
         * @throws io.shiplog.events.log.EventLog.CutLogException if the log no longer holds the next revision
         * @throws io.shiplog.events.log.EventLog.LogUnavailableException if the cursor is before the window and the log cannot
         *     be read now
         */
        Slice poll(int limit);

        @Override
        void close();
    }

    /**
     * @param changes in order
     * @param through every change of the type up to this revision has been returned: the revision for a bookmark
     */
    record Slice(List<Change> changes, long through) {}
}
