package io.shiplog.command.kind;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The newest decided state, durable or about to be. Read-only; the other objects that a kind's decision may read. */
public interface DecidedState {
    /** The object, or null. */
    @Nullable StoredObject get(ObjectKey key);

    /** All objects of a type, by namespace and name. */
    Collection<StoredObject> list(ResourceType type);

    /** The objects of a type in a namespace, by name. */
    default Collection<StoredObject> list(ResourceType type, String namespace) {
        return list(type).stream()
                .filter(object -> object.key().namespace().equals(namespace))
                .toList();
    }

    /** The objects with a key of an index, in no order. */
    <K extends Comparable<? super K>> Collection<StoredObject> by(Index<K> index, K key);

    /** The kinds that the cluster serves. */
    KindCatalogue kinds();

    /** The time of the decision. */
    Instant now();
}
