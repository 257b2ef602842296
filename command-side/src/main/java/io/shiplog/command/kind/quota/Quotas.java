package io.shiplog.command.kind.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.core.quota.ResourceQuotaKind;
import io.shiplog.command.kind.tree.PodResources;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The admission plugin ResourceQuota. Usage is counted from the decided objects themselves, not from the status of the quota, and
 * once more by a guard when the change becomes an event: a quota is never exceeded, and a deletion counts at once.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource quotas</a>
 */
public final class Quotas {
    private static final int REMEMBERED = 1 << 14;

    /** What each object uses: read once for each of its revisions. */
    private static final Memo<QuotaUsage.Use> USES = new Memo<>(
            REMEMBERED,
            object -> QuotaUsage.use(object.key().type(), object.json().tree()));

    private Quotas() {}

    /**
     * Refuses a new or changed object with which its namespace would exceed a quota.
     *
     * @param old null for a new object
     */
    public static @Nullable Refusal refusal(
            ObjectKey key, ObjectNode object, @Nullable ObjectNode old, DecidedState state) {
        if (key.namespace().isEmpty()) {
            return null;
        }
        for (StoredObject quota : state.list(ResourceQuotaKind.TYPE, key.namespace())) {
            Refusal refusal = refusal(quota, key, object, old, state);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /**
     * That the namespace is still within its quotas when the change becomes an event.
     *
     * @param old null for a new object
     */
    public static List<Guard> guards(ObjectKey key, ObjectNode object, @Nullable ObjectNode old, DecidedState state) {
        boolean sameSpec = old != null && old.path("spec").equals(object.path("spec"));
        if (key.namespace().isEmpty() || sameSpec || !counts(key.type(), object, old)) {
            return List.of();
        }
        boolean limited = state.list(ResourceQuotaKind.TYPE, key.namespace()).stream()
                .anyMatch(quota -> concerns(quota.json().tree(), key.type()));
        return limited
                ? List.of(new Guard.Within(
                        List.of(ResourceQuotaKind.TYPE, key.type()),
                        key.namespace(),
                        newest -> refusal(key, object, old, newest) == null))
                : List.of();
    }

    private static @Nullable Refusal refusal(
            StoredObject stored, ObjectKey key, ObjectNode object, @Nullable ObjectNode old, DecidedState state) {
        ResourceType type = key.type();
        JsonNode quota = stored.json().tree();
        Map<String, Quantity> limited = limitsOf(quota, type);
        if (limited.isEmpty() || !counts(type, object, old) || !QuotaScopes.contain(quota, type, object)) {
            return null;
        }
        String name = stored.key().name();
        if (type.equals(QuotaUsage.PODS)) {
            String unsaid = QuotaUsage.unsaid(object.path("spec"), limited.keySet());
            if (!unsaid.isEmpty()) {
                return Refusal.forbidden(key, "failed quota: %s: must specify %s".formatted(name, unsaid));
            }
        }
        Map<String, Quantity> more = more(type, object, old, quota, state.now());
        more.keySet().retainAll(limited.keySet());
        if (more.isEmpty()) {
            return null;
        }
        limited.keySet().retainAll(more.keySet());
        Map<String, Quantity> used = used(quota, type, limited, state::list, key.namespace(), state.now());
        Map<String, Quantity> exceeded = new TreeMap<>();
        more.forEach((resource, amount) -> {
            Quantity sum = used.getOrDefault(resource, Quantity.ZERO).plus(amount);
            if (sum.compareTo(limited.getOrDefault(resource, sum)) > 0) {
                exceeded.put(resource, amount);
            }
        });
        used.keySet().retainAll(exceeded.keySet());
        limited.keySet().retainAll(exceeded.keySet());
        return exceeded.isEmpty()
                ? null
                : Refusal.forbidden(
                        key,
                        "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                                .formatted(name, shown(exceeded), shown(used), shown(limited)));
    }

    /** Updates of pods count only if they resize the pod or move it between scopes; those of claims and services always. */
    private static boolean counts(ResourceType type, ObjectNode object, @Nullable ObjectNode old) {
        if (old == null || type.equals(QuotaUsage.CLAIMS) || type.equals(QuotaUsage.SERVICES)) {
            return true;
        }
        return type.equals(QuotaUsage.PODS)
                && (QuotaScopes.terminates(object.path("spec")) != QuotaScopes.terminates(old.path("spec"))
                        || !PodResources.sameSpec(object, old));
    }

    /** What the object uses more than before, without zeros. */
    private static Map<String, Quantity> more(
            ResourceType type, ObjectNode object, @Nullable ObjectNode old, JsonNode quota, Instant now) {
        Map<String, Quantity> more = new TreeMap<>(QuotaUsage.use(type, object).at(now));
        if (old != null && QuotaScopes.contain(quota, type, old)) {
            QuotaUsage.use(type, old)
                    .at(now)
                    .forEach((name, amount) -> more.computeIfPresent(
                            name, (_, usage) -> usage.compareTo(amount) > 0 ? usage.minus(amount) : Quantity.ZERO));
        }
        more.values().removeIf(amount -> amount.signum() == 0);
        return more;
    }

    private static Map<String, Quantity> limitsOf(JsonNode quota, ResourceType type) {
        Map<String, Quantity> hard = ResourceLists.of(Trees.at(quota, "spec", "hard"));
        hard.keySet().removeIf(name -> !QuotaUsage.concerns(name, type));
        return hard;
    }

    /**
     * What the objects of a type use of a quota.
     *
     * @param limited the names that are wanted
     * @param objects lists the objects of a type in a namespace
     */
    static Map<String, Quantity> used(
            JsonNode quota,
            ResourceType type,
            Map<String, Quantity> limited,
            BiFunction<ResourceType, String, Collection<StoredObject>> objects,
            String namespace,
            Instant now) {
        Map<String, Quantity> used = new TreeMap<>();
        limited.keySet().forEach(name -> used.put(name, Quantity.ZERO));
        Collection<StoredObject> all = objects.apply(type, namespace);
        boolean scoped = !Trees.at(quota, "spec", "scopes").isEmpty()
                || Trees.at(quota, "spec", "scopeSelector").isObject();
        if (!scoped && limited.keySet().stream().allMatch(name -> QuotaUsage.onlyCounts(name, type))) {
            used.replaceAll((name, none) -> Quantity.of(all.size()));
            return used;
        }
        for (StoredObject each : all) {
            if (!scoped || QuotaScopes.contain(quota, type, each.json().tree())) {
                USES.of(each)
                        .at(now)
                        .forEach((name, amount) -> used.computeIfPresent(name, (_, sum) -> sum.plus(amount)));
            }
        }
        return used;
    }

    /**
     * What a namespace uses of a quota, for its status.
     *
     * @param types the types of objects that there are
     * @param objects lists the objects of a type in a namespace
     */
    public static Map<String, Quantity> used(
            JsonNode quota,
            Collection<ResourceType> types,
            BiFunction<ResourceType, String, Collection<StoredObject>> objects,
            Instant now) {
        Map<String, Quantity> used = new TreeMap<>();
        ResourceLists.of(Trees.at(quota, "spec", "hard")).keySet().forEach(name -> used.put(name, Quantity.ZERO));
        for (ResourceType type : types) {
            Map<String, Quantity> limited = limitsOf(quota, type);
            if (!limited.isEmpty()) {
                used.putAll(used(quota, type, limited, objects, Trees.namespace(quota), now));
            }
        }
        return used;
    }

    /** Whether objects of a type count for a quota. */
    public static boolean concerns(JsonNode quota, ResourceType type) {
        return !limitsOf(quota, type).isEmpty();
    }

    private static String shown(Map<String, Quantity> amounts) {
        return amounts.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }
}
