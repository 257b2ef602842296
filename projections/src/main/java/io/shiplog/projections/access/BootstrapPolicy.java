package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The default roles and bindings of every cluster, as Kubernetes defines them: data, in {@code bootstrap-policy.json}, one line
 * per rule.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings">Default roles
 *     and role bindings</a>
 */
public final class BootstrapPolicy {
    private static final String RESOURCE = "bootstrap-policy.json";
    private static final String AGGREGATE_TO = "rbac.authorization.k8s.io/aggregate-to-";
    private static final String CONTROLLER_PREFIX = "system:controller:";
    private static final Map<String, List<String>> VERBS = Map.of(
            "read", List.of("get", "list", "watch"),
            "write", List.of("create", "delete", "deletecollection", "patch", "update"));

    private BootstrapPolicy() {}

    /** An object to create if its key does not exist. */
    public record Item(ObjectKey key, Json body) {}

    /**
     * All objects, roles before the bindings that refer to them. The rules of aggregated ClusterRoles are filled in. Namespaced
     * ones need the namespaces {@code kube-system} and {@code kube-public}.
     */
    public static List<Item> objects() {
        JsonNode policy = read();
        List<Item> items = new ArrayList<>();
        Map<String, List<PolicyRule>> rules = new LinkedHashMap<>();
        policy.path("clusterRoles")
                .properties()
                .forEach(role -> rules.put(role.getKey(), rules(role.getValue().path("rules"))));
        policy.path("clusterRoles")
                .properties()
                .forEach(role -> items.add(clusterRole(role.getKey(), role.getValue(), policy, rules)));
        policy.path("roles").properties().forEach(role -> items.add(role(role.getKey(), role.getValue())));
        items.add(clusterBinding("cluster-admin", policy.path("clusterAdminTo")));
        policy.path("clusterRoles")
                .properties()
                .forEach(role -> subjectsOf(role.getKey(), role.getValue())
                        .forEach(subjects -> items.add(clusterBinding(role.getKey(), subjects))));
        policy.path("roles").properties().forEach(role -> items.add(binding(role.getKey(), role.getValue())));
        return List.copyOf(items);
    }

    private static JsonNode read() {
        try (InputStream in = BootstrapPolicy.class.getResourceAsStream(RESOURCE)) {
            return Json.MAPPER.readTree(Objects.requireNonNull(in, RESOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Item clusterRole(String name, JsonNode role, JsonNode policy, Map<String, List<PolicyRule>> rules) {
        ObjectKey key = ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLES, name);
        ObjectNode tree = object(key, "ClusterRole");
        if (role.has("joins")) {
            ((ObjectNode) tree.path("metadata").path("labels"))
                    .put(AGGREGATE_TO + role.path("joins").asText(), "true");
        }
        Set<PolicyRule> all = new LinkedHashSet<>();
        if (role.has("aggregates")) {
            tree.putObject("aggregationRule")
                    .putArray("clusterRoleSelectors")
                    .addObject()
                    .putObject("matchLabels")
                    .put(role.path("aggregates").asText(), "true");
            gather(name, policy, rules, all);
        } else {
            all.addAll(rules.getOrDefault(name, List.of()));
        }
        ArrayNode array = tree.putArray("rules");
        all.forEach(rule -> array.add(rule.tree()));
        return new Item(key, Json.of(tree));
    }

    private static void gather(
            String name, JsonNode policy, Map<String, List<PolicyRule>> rules, Set<PolicyRule> into) {
        into.addAll(rules.getOrDefault(name, List.of()));
        policy.path("clusterRoles").properties().forEach(other -> {
            if (other.getValue().path("joins").asText().equals(name)) {
                gather(other.getKey(), policy, rules, into);
            }
        });
    }

    private static Item role(String place, JsonNode role) {
        ObjectKey key = namespaced(place);
        ObjectNode tree = object(key, "Role");
        ArrayNode array = tree.putArray("rules");
        rules(role.path("rules")).forEach(rule -> array.add(rule.tree()));
        return new Item(key, Json.of(tree));
    }

    /** Controllers' roles are bound to their ServiceAccounts; others as the policy says; aggregated parts are not bound. */
    private static List<JsonNode> subjectsOf(String name, JsonNode role) {
        if (name.startsWith(CONTROLLER_PREFIX)) {
            ArrayNode subjects = Json.MAPPER.createArrayNode();
            subjects.add("account kube-system/" + name.substring(CONTROLLER_PREFIX.length()));
            return List.of(subjects);
        }
        return role.has("to") ? List.of(role.path("to")) : List.of();
    }

    private static Item clusterBinding(String role, JsonNode to) {
        ObjectKey key = ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLE_BINDINGS, role);
        return binding(key, "ClusterRoleBinding", "ClusterRole", role, to);
    }

    private static Item binding(String place, JsonNode role) {
        ObjectKey of = namespaced(place);
        String name = role.path("binding").asText(of.name());
        ObjectKey key = ObjectKey.of(RbacIndex.ROLE_BINDINGS, of.namespace(), name);
        return binding(key, "RoleBinding", "Role", of.name(), role.path("to"));
    }

    private static Item binding(ObjectKey key, String kind, String roleKind, String role, JsonNode to) {
        ObjectNode tree = object(key, kind);
        tree.putObject("roleRef")
                .put("apiGroup", RbacIndex.GROUP)
                .put("kind", roleKind)
                .put("name", role);
        if (!to.isEmpty()) {
            ArrayNode subjects = tree.putArray("subjects");
            to.forEach(each -> subject(subjects.addObject(), each.asText()));
        }
        return new Item(key, Json.of(tree));
    }

    /** {@code group x}, {@code user x} or {@code account namespace/x}. */
    private static void subject(ObjectNode subject, String text) {
        int space = text.indexOf(' ');
        String name = text.substring(space + 1);
        switch (text.substring(0, space)) {
            case "group" ->
                subject.put("kind", "Group").put("apiGroup", RbacIndex.GROUP).put("name", name);
            case "user" ->
                subject.put("kind", "User").put("apiGroup", RbacIndex.GROUP).put("name", name);
            case "account" -> {
                int slash = name.indexOf('/');
                subject.put("kind", "ServiceAccount")
                        .put("name", name.substring(slash + 1))
                        .put("namespace", name.substring(0, slash));
            }
            default -> throw new IllegalStateException("not a subject in " + RESOURCE + ": " + text);
        }
    }

    private static ObjectKey namespaced(String place) {
        int slash = place.indexOf('/');
        return ObjectKey.of(RbacIndex.ROLES, place.substring(0, slash), place.substring(slash + 1));
    }

    private static ObjectNode object(ObjectKey key, String kind) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("apiVersion", RbacIndex.GROUP + "/v1").put("kind", kind);
        ObjectNode metadata = tree.putObject("metadata").put("name", key.name());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        metadata.putObject("annotations").put("rbac.authorization.kubernetes.io/autoupdate", "true");
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        return tree;
    }

    private static List<PolicyRule> rules(JsonNode lines) {
        List<PolicyRule> rules = new ArrayList<>();
        lines.forEach(line -> rules.add(rule(line.asText())));
        return rules;
    }

    /** {@code <verbs> <groups>: <resources> [= <names>]} or {@code <verbs> url: <paths>}. */
    private static PolicyRule rule(String line) {
        String[] sides = line.split(": ", 2);
        String[] head = sides[0].split(" ");
        String[] tail = sides[1].split(" = ");
        Set<String> verbs = new TreeSet<>();
        for (String verb : head[0].split(",")) {
            verbs.addAll(VERBS.getOrDefault(verb, List.of(verb)));
        }
        List<String> objects = List.of(tail[0].split(" "));
        List<String> names = tail.length > 1 ? List.of(tail[1].split(" ")) : List.of();
        return head[1].equals("url")
                ? new PolicyRule(List.copyOf(verbs), List.of(), List.of(), List.of(), objects)
                : new PolicyRule(List.copyOf(verbs), groups(head[1]), objects, names, List.of());
    }

    private static List<String> groups(String text) {
        return List.of(text.split(",")).stream()
                .map(group -> group.equals("core") ? "" : group)
                .toList();
    }
}
