package io.shiplog.events.log;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decided event before it is in the log: everything of {@link Event} except the epoch and the chain, which the writer adds.
 * The revision must be the writer's last one + 1 and is already set in the object.
 */
public record EventDraft(
        long revision,
        @Nullable Long previous,
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
        Json object) {

    /** A draft of a user without impersonation. */
    public EventDraft(
            long revision,
            @Nullable Long previous,
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
            Json object) {
        this(
                revision,
                previous,
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
                object);
    }

    /** The same with the object in another form. */
    public EventDraft withObject(Json other) {
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
                other);
    }

    /** The event of this draft in the log. */
    public Event inLog(String shard, long epoch, String chain) {
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
                object,
                chain);
    }
}
