package io.shiplog.events.log;

import io.shiplog.events.json.Json;

/**
 * One change of one object, as stored in the log.
 *
 * @param epoch of the writer
 * @param object the whole object after the change, with resourceVersion; the last state if the event removes it; of an access
 *     event the object's identity and an annotation ({@link ChangeType#isAccess})
 * @param chain SHA-256, as hexadecimal text, over the previous event's chain and this event's key, value and headers
 */
public record Event(String shard, long epoch, EventHead head, Json object, String chain) implements Headed {
    /** The same with the object in another form. */
    public Event withObject(Json other) {
        return new Event(shard, epoch, head, other, chain);
    }

    /** Its name as a cause of commands: {@code shard/revision}. */
    public String id() {
        return shard + "/" + revision();
    }

    /** The draft that became this event. */
    public EventDraft draft() {
        return new EventDraft(head, object);
    }
}
