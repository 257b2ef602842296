package io.shiplog.events.log;

import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All of an event but its body, the object.
 *
 * @param revision the shard's own count, 1, 2, 3 …: the object's {@code metadata.resourceVersion}
 * @param previous the revision of the object's previous event, 0 if this one created it: an object's history is a linked list
 *     through the log. Null in a record of a version that did not write it
 * @param subject the object's API path
 * @param node the pod's node, for pods that have one
 * @param time of the decision, by the writer's clock
 */
public record EventHead(
        long revision,
        @Nullable Long previous,
        ObjectKey key,
        EventType type,
        String subject,
        @Nullable String node,
        Instant time,
        Origin origin) {}
