package io.shiplog.projections;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as an image holds it: its bytes, and the parts that selectors and indexes need. Never a tree.
 *
 * @param revision of the event that wrote it: its resourceVersion
 * @param fields the selectable fields of its kind with their values; an absent field is the empty string
 * @param ownerUids uids of its ownerReferences
 * @param node spec.nodeName of a pod, else null
 * @param deleting whether deletionTimestamp is set
 * @param correlationId of the event that wrote it, passed on to its effects
 */
public record StoredObject(
        ObjectKey key,
        long revision,
        Json json,
        String uid,
        Map<String, String> labels,
        Map<String, String> fields,
        List<String> ownerUids,
        @Nullable String node,
        boolean deleting,
        String correlationId) {}
