package io.shiplog.projections.image;

import io.shiplog.events.log.Event;
import org.jspecify.annotations.Nullable;

/**
 * One event with the object before and after it.
 *
 * @param before null if the event created the object
 * @param after the object after it; for a deletion its last state, with the deletion's revision
 */
public record Change(Event event, @Nullable StoredObject before, StoredObject after) {
    /** Whether the object is gone after it. */
    public boolean removes() {
        return event.type().removes();
    }

    public long revision() {
        return event.revision();
    }
}
