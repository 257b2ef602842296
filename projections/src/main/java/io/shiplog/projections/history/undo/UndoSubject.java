package io.shiplog.projections.history.undo;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object that changed in the range to undo, and everything that the plan needs to know about it.
 *
 * @param undone its changes in the range, oldest first; at least one
 * @param since its changes after the range, oldest first
 * @param maker the event that created the object as it was before the range, or within it; null if unknown
 * @param now the current object, null if it is gone
 * @param blocked why it may not be deleted although it is unchanged: what was added to a namespace since; null if it may
 */
public record UndoSubject(
        ObjectKey key,
        List<PastChange> undone,
        List<PastChange> since,
        @Nullable Event maker,
        @Nullable JsonNode now,
        @Nullable String blocked) {
    public UndoSubject {
        undone = List.copyOf(undone);
        since = List.copyOf(since);
    }

    PastChange first() {
        return undone.getFirst();
    }

    /** Whether a user caused any of the undone changes. */
    boolean isUsers() {
        return undone.stream().anyMatch(change -> Users.asked(change.event()));
    }
}
