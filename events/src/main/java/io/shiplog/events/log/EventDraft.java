package io.shiplog.events.log;

import io.shiplog.events.json.Json;

/**
 * A decided event before it is in the log: everything of {@link Event} except the epoch and the chain, which the writer adds.
 * The revision must be the writer's last one + 1 and is already set in the object.
 */
public record EventDraft(EventHead head, Json object) implements Headed {
    /** The same with the object in another form. */
    public EventDraft withObject(Json other) {
        return new EventDraft(head, other);
    }

    /** The event of this draft in the log. */
    public Event inLog(String shard, long epoch, String chain) {
        return new Event(shard, epoch, head, object, chain);
    }
}
