package io.shiplog.events.log;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of one object, as stored in the log.
 *
 * @param revision the shard's own count, 1, 2, 3 …: the object's {@code metadata.resourceVersion}
 * @param previous the revision of the object's previous event, 0 if this one created it: an object's history is a linked list
 *     through the log. Null in a record of a version that did not write it
 * @param epoch of the writer
 * @param subject the object's API path
 * @param time of the decision, by the writer's clock
 * @param actor the user name
 * @param impersonator the user name of the real sender, if it impersonates the actor; else null
 * @param verb the operation: create, update, patch, delete, bind …
 * @param node the pod's node, for pods that have one
 * @param object the whole object after the change, with resourceVersion; the last state if the event removes it
 * @param chain SHA-256, as hexadecimal text, over the previous event's chain and this event's key, value and headers
 */
public record Event(
        String shard,
        long revision,
        @Nullable Long previous,
        long epoch,
        ObjectKey key,
        EventType type,
        String subject,
        Instant time,
        String actor,
        @Nullable String impersonator,
        String verb,
        String commandId,
        @Nullable String causationId,
        String correlationId,
        @Nullable String node,
        Json object,
        String chain) {

    /** An event of a user without impersonation. */
    public Event(
            String shard,
            long revision,
            @Nullable Long previous,
            long epoch,
            ObjectKey key,
            EventType type,
            String subject,
            Instant time,
            String actor,
            String verb,
            String commandId,
            @Nullable String causationId,
            String correlationId,
            @Nullable String node,
            Json object,
            String chain) {
        this(
                shard,
                revision,
                previous,
                epoch,
                key,
                type,
                subject,
                time,
                actor,
                null,
                verb,
                commandId,
                causationId,
                correlationId,
                node,
                object,
                chain);
    }

    /** The same with the object in another form. */
    public Event withObject(Json other) {
        return new Event(
                shard,
                revision,
                previous,
                epoch,
                key,
                type,
                subject,
                time,
                actor,
                impersonator,
                verb,
                commandId,
                causationId,
                correlationId,
                node,
                other,
                chain);
    }

    /** Its name as a cause of commands: {@code shard/revision}. */
    public String id() {
        return shard + "/" + revision;
    }

    /** The draft that became this event. */
    public EventDraft draft() {
        return new EventDraft(
                revision,
                previous,
                key,
                type,
                subject,
                time,
                actor,
                impersonator,
                verb,
                commandId,
                causationId,
                correlationId,
                node,
                object);
    }
}
