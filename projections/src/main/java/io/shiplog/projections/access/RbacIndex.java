package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The RBAC objects of one moment, indexed by subject. Immutable; a successor reuses its predecessor, so that a change of one
 * role does not parse all others again.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC Authorization</a>
 */
final class RbacIndex {
    static final String GROUP = "rbac.authorization.k8s.io";
    static final ResourceType ROLES = new ResourceType(GROUP, "roles");
    static final ResourceType ROLE_BINDINGS = new ResourceType(GROUP, "rolebindings");
    static final ResourceType CLUSTER_ROLES = new ResourceType(GROUP, "clusterroles");
    static final ResourceType CLUSTER_ROLE_BINDINGS = new ResourceType(GROUP, "clusterrolebindings");

    static final RbacIndex EMPTY = new RbacIndex();

    private final Map<ObjectKey, RoleObject> roles = new LinkedHashMap<>();
    private final Map<ObjectKey, BindingObject> bindings = new HashMap<>();
    private final Grants clusterWide = new Grants();
    private final Map<String, Grants> byNamespace = new HashMap<>();

    private RbacIndex() {}

    /** A parsed role. {@code aggregates} is null unless the role aggregates others. */
    private record RoleObject(
            long revision,
            Map<String, String> labels,
            List<PolicyRule> rules,
            @Nullable List<LabelSelector> aggregates) {}

    private record BindingObject(long revision, String roleKind, String roleName, List<Subject> subjects) {}

    private record Subject(String kind, String name, String namespace) {}

    /**
     * A grant of a binding to one subject.
     *
     * @param missing the role does not exist: nothing is granted, and this is the reason
     */
    record Grant(
            List<PolicyRule> rules, String source, @Nullable String missing) {}

    /** Grants by user name and by group. */
    private static final class Grants {
        private final Map<String, List<Grant>> byUser = new HashMap<>();
        private final Map<String, List<Grant>> byGroup = new HashMap<>();
    }

    static RbacIndex of(Function<ResourceType, Collection<StoredObject>> objects, RbacIndex previous) {
        RbacIndex index = new RbacIndex();
        for (ResourceType type : List.of(CLUSTER_ROLES, ROLES)) {
            objects.apply(type).forEach(object -> index.roles.put(object.key(), role(object, previous)));
        }
        for (ResourceType type : List.of(CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS)) {
            objects.apply(type).forEach(object -> index.bind(object, binding(object, previous)));
        }
        return index;
    }

    private static RoleObject role(StoredObject object, RbacIndex previous) {
        RoleObject known = previous.roles.get(object.key());
        if (known != null && known.revision == object.revision()) {
            return known;
        }
        JsonNode tree = object.json().tree();
        JsonNode aggregation = tree.path("aggregationRule");
        return new RoleObject(
                object.revision(),
                object.labels(),
                PolicyRule.listOf(tree.path("rules")),
                aggregation.isObject() ? selectors(aggregation.path("clusterRoleSelectors")) : null);
    }

    private static List<LabelSelector> selectors(JsonNode list) {
        return list.valueStream().map(LabelSelector::of).toList();
    }

    private static BindingObject binding(StoredObject object, RbacIndex previous) {
        BindingObject known = previous.bindings.get(object.key());
        if (known != null && known.revision == object.revision()) {
            return known;
        }
        JsonNode tree = object.json().tree();
        List<Subject> subjects = new ArrayList<>();
        for (JsonNode each : tree.path("subjects")) {
            subjects.add(new Subject(
                    each.path("kind").asText(),
                    each.path("name").asText(),
                    each.path("namespace").asText(object.key().namespace())));
        }
        JsonNode role = tree.path("roleRef");
        return new BindingObject(
                object.revision(), role.path("kind").asText(), role.path("name").asText(), List.copyOf(subjects));
    }

    private void bind(StoredObject object, BindingObject binding) {
        ObjectKey key = object.key();
        bindings.put(key, binding);
        List<PolicyRule> rules = rulesOf(binding.roleKind, binding.roleName, key.namespace());
        boolean clusterScoped = key.namespace().isEmpty();
        Grants grants = clusterScoped ? clusterWide : byNamespace.computeIfAbsent(key.namespace(), n -> new Grants());
        String head = clusterScoped
                ? "ClusterRoleBinding \"%s\"".formatted(key.name())
                : "RoleBinding \"%s/%s\"".formatted(key.name(), key.namespace());
        String missing = rules != null
                ? null
                : "%s.%s \"%s\" not found"
                        .formatted(binding.roleKind.toLowerCase(java.util.Locale.ROOT), GROUP, binding.roleName);
        for (Subject subject : binding.subjects) {
            String source =
                    "%s of %s \"%s\" to %s".formatted(head, binding.roleKind, binding.roleName, described(subject));
            grant(grants, subject, new Grant(rules == null ? List.of() : rules, source, missing));
        }
    }

    private static String described(Subject subject) {
        return subject.kind.equals("ServiceAccount")
                ? "ServiceAccount \"%s/%s\"".formatted(subject.name, subject.namespace)
                : "%s \"%s\"".formatted(subject.kind, subject.name);
    }

    private static void grant(Grants grants, Subject subject, Grant grant) {
        switch (subject.kind) {
            case "User" -> add(grants.byUser, subject.name, grant);
            case "Group" -> add(grants.byGroup, subject.name, grant);
            case "ServiceAccount" ->
                add(grants.byUser, "system:serviceaccount:" + subject.namespace + ":" + subject.name, grant);
            default -> {
                // Validation admits no other kind; an existing one grants nothing.
            }
        }
    }

    private static void add(Map<String, List<Grant>> map, String name, Grant grant) {
        map.computeIfAbsent(name, n -> new ArrayList<>()).add(grant);
    }

    /**
     * The rules of a role, including those of the roles that an aggregated ClusterRole selects; null if there is no such role.
     */
    @Nullable List<PolicyRule> rulesOf(String kind, String name, String namespace) {
        ObjectKey key = kind.equals("ClusterRole")
                ? ObjectKey.clusterScoped(CLUSTER_ROLES, name)
                : ObjectKey.of(ROLES, namespace, name);
        RoleObject role = roles.get(key);
        if (role == null) {
            return null;
        }
        if (role.aggregates == null) {
            return role.rules;
        }
        return List.copyOf(gathered(key));
    }

    /** Aggregated roles may select one another, as edit selects view; a cycle ends where it began. */
    private Set<PolicyRule> gathered(ObjectKey first) {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        Set<ObjectKey> seen = new HashSet<>(Set.of(first));
        Deque<ObjectKey> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            RoleObject role = Objects.requireNonNull(roles.get(open.remove()));
            if (role.aggregates == null) {
                rules.addAll(role.rules);
                continue;
            }
            roles.forEach((key, other) -> {
                if (key.type().equals(CLUSTER_ROLES)
                        && role.aggregates.stream().anyMatch(match -> match.matches(other.labels))
                        && seen.add(key)) {
                    open.add(key);
                }
            });
        }
        return rules;
    }

    /**
     * Visits an actor's cluster-wide grants, then those in a namespace, until the visitor stops.
     *
     * @param namespace empty for cluster-wide grants only
     * @param enough returns true to stop
     * @return the grant at which the visitor stopped, or null
     */
    @Nullable Grant find(Actor actor, String namespace, Predicate<Grant> enough) {
        Grant found = find(clusterWide, actor, enough);
        if (found != null || namespace.isEmpty()) {
            return found;
        }
        Grants local = byNamespace.get(namespace);
        return local == null ? null : find(local, actor, enough);
    }

    private static @Nullable Grant find(Grants grants, Actor actor, Predicate<Grant> enough) {
        Grant found = find(grants.byUser.get(actor.user()), enough);
        for (int i = 0; found == null && i < actor.groups().size(); i++) {
            found = find(grants.byGroup.get(actor.groups().get(i)), enough);
        }
        return found;
    }

    private static @Nullable Grant find(@Nullable List<Grant> grants, Predicate<Grant> enough) {
        if (grants != null) {
            for (Grant grant : grants) {
                if (enough.test(grant)) {
                    return grant;
                }
            }
        }
        return null;
    }
}
