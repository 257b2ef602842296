package io.shiplog.command.control.garbage;

import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds owner references to objects of another namespace, which are invalid. Remembers uids that no object has: all dependents of a
 * deleted owner ask about the same one, and a uid never returns.
 */
final class ForeignOwners {
    /** How many uids are remembered, as many as in Kubernetes' absentOwnerCache. */
    static final int MAX_ABSENT = 500;

    /** Oldest first. */
    private final LinkedHashSet<String> absent = new LinkedHashSet<>();

    /**
     * A reference to an object of another namespace; null if there is none. Reads the objects of a type at most once for all
     * references.
     *
     * @param missing references without an owner in their own namespace
     * @param objects all objects of a type
     */
    @Nullable OwnerRef among(
            List<OwnerRef> missing, KindCatalogue kinds, Function<ResourceType, Collection<StoredObject>> objects) {
        Map<ResourceType, Map<String, OwnerRef>> unknown = new LinkedHashMap<>();
        for (OwnerRef ref : missing) {
            KindDescription kind = kinds.byKind(ref.group(), ref.kind());
            if (kind != null && kind.namespaced() && !absent.contains(ref.uid())) {
                unknown.computeIfAbsent(kind.storedAs(), type -> new HashMap<>())
                        .put(ref.uid(), ref);
            }
        }
        for (Map.Entry<ResourceType, Map<String, OwnerRef>> each : unknown.entrySet()) {
            for (StoredObject object : objects.apply(each.getKey())) {
                OwnerRef ref = each.getValue().get(object.uid());
                if (ref != null) {
                    return ref;
                }
            }
            remember(each.getValue().keySet());
        }
        return null;
    }

    private void remember(Set<String> uids) {
        absent.addAll(uids);
        while (absent.size() > MAX_ABSENT) {
            absent.removeFirst();
        }
    }
}
