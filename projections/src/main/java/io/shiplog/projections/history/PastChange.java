package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import org.jspecify.annotations.Nullable;

/**
 * An event with its previous object.
 *
 * @param previous the revision of the object's previous event; 0 if this one created the object; {@link #UNKNOWN} if the log no
 *     longer holds that event, or it cannot be decoded
 * @param before the previous object, of an access event only the object's identity; null if this event created it, or it is unknown
 */
public record PastChange(
        Event event, long previous, @Nullable Json before) {
    public static final long UNKNOWN = -1;

    /** The first event of an object. */
    public static PastChange making(Event event) {
        return new PastChange(event, 0, null);
    }

    /** A later event of an object. */
    public static PastChange after(Event previous, Event event) {
        return new PastChange(
                event, previous.revision(), event.type().isAccess() ? identity(event) : previous.object());
    }

    /** An access event changes no object: its value adds an annotation to the object's identity. */
    private static Json identity(Event event) {
        ObjectNode object = event.object().tree().deepCopy();
        ((ObjectNode) object.path("metadata")).remove("annotations");
        return Json.of(object);
    }

    /** An event whose previous object is unknown. */
    public static PastChange afterUnknown(Event event) {
        return new PastChange(event, UNKNOWN, null);
    }

    /** Whether the event created its object. */
    public boolean creates() {
        return previous == 0;
    }

    /** The object after the event, null if the event removed it. */
    public @Nullable Json after() {
        return event.type().removes() ? null : event.object();
    }

    public long revision() {
        return event.revision();
    }
}
