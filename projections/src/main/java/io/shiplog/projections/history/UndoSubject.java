package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One object that changed in the stretch that is to be undone, and all that the plan must know of it.
 *
 * @param undone its changes in the stretch, oldest first; at least one
 * @param since its changes after the stretch, oldest first
 * @param maker the event that made the object as it was before the stretch, or within it; null if that is not known
 * @param now the object as it is, null if it is gone
 * @param blocked why it may not be deleted although nobody changed it: what came into a namespace since; null if it may
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

    /** Whether a user asked for any of what is undone. */
    boolean isUsers() {
        return undone.stream().anyMatch(change -> Users.asked(change.event()));
    }
}
