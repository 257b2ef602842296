package io.shiplog.projections.image;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as an image holds it: its bytes, and the parts that selectors and indexes need. Never a tree.
 *
 * @param revision of the event that wrote it: its resourceVersion
 * @param extracted the parts that selectors and indexes need
 * @param correlationId of the event that wrote it, passed on to its effects
 */
public record StoredObject(ObjectKey key, long revision, Json json, Extracted extracted, String correlationId) {
    /**
     * What is read from an object's bytes when it is stored.
     *
     * @param fields the selectable fields of its kind with their values; an absent field is the empty string
     * @param deleting whether deletionTimestamp is set
     * @param keys under which the indexes have it, in the order of the bytes
     */
    public record Extracted(
            String uid,
            Map<String, String> labels,
            Map<String, String> fields,
            boolean deleting,
            List<Index.Key<?>> keys) {
        /** Of bytes that are not an object. */
        public static final Extracted NOTHING = new Extracted("", Map.of(), Map.of(), false, List.of());
    }

    /** Its uid, empty if it has none. */
    public String uid() {
        return extracted.uid;
    }

    /** Its labels. */
    public Map<String, String> labels() {
        return extracted.labels;
    }

    /** The selectable fields of its kind with their values; an absent field is the empty string. */
    public Map<String, String> fields() {
        return extracted.fields;
    }

    /** Whether deletionTimestamp is set. */
    public boolean deleting() {
        return extracted.deleting;
    }

    /** Uids of its ownerReferences. */
    public List<String> ownerUids() {
        return keys(Indexes.OWNER);
    }

    /** spec.nodeName of a pod, else null. */
    public @Nullable String node() {
        for (Index.Key<?> key : extracted.keys) {
            if (key.index() == Indexes.NODE) {
                return (String) key.value();
            }
        }
        return null;
    }

    /** The keys under which an index has it. */
    @SuppressWarnings("unchecked") // the keys of an index are its own
    public <K extends Comparable<? super K>> List<K> keys(Index<K> index) {
        List<K> keys = List.of();
        for (Index.Key<?> key : extracted.keys) {
            if (key.index() == index) {
                if (keys.isEmpty()) {
                    keys = new ArrayList<>(1);
                }
                keys.add((K) key.value());
            }
        }
        return keys;
    }
}
