package io.shiplog.events.kind;

import io.shiplog.events.object.ResourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that a cluster serves at one moment. Immutable; {@link #with} returns the next catalogue, which is how a custom
 * kind is added while the cluster runs.
 */
public final class KindCatalogue {
    public static final KindCatalogue EMPTY = new KindCatalogue(Map.of());

    private final Map<ResourceType, KindDescription> byType;

    private KindCatalogue(Map<ResourceType, KindDescription> byType) {
        this.byType = byType;
    }

    /** This catalogue with one more kind, or with the description of its type replaced. */
    public KindCatalogue with(KindDescription kind) {
        Map<ResourceType, KindDescription> next = new LinkedHashMap<>(byType);
        next.put(kind.type(), kind);
        return new KindCatalogue(Collections.unmodifiableMap(next));
    }

    /** The kind of a resource, or null. */
    public @Nullable KindDescription get(ResourceType type) {
        return byType.get(type);
    }

    /** The kind with this name, or null. */
    public @Nullable KindDescription byKind(String group, String kind) {
        for (KindDescription each : byType.values()) {
            if (each.group().equals(group) && each.kind().equals(kind)) {
                return each;
            }
        }
        return null;
    }

    /** All kinds, in the order in which they were added. */
    public Collection<KindDescription> all() {
        return byType.values();
    }
}
