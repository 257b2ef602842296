package io.shiplog.command.kind.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The levels and schemas of every cluster, as kube-apiserver creates them at its start. Some of them may not be changed.
 *
 * @see <a
 *     href="https://github.com/kubernetes/apiserver/blob/master/pkg/apis/flowcontrol/bootstrap/default.go">bootstrap/default.go</a>
 */
public final class FlowDefaults {
    private static final String AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec";
    private static final Set<String> FIXED = Set.of("exempt", "catch-all");
    private static final List<String> EVERYONE = List.of("system:unauthenticated", "system:authenticated");
    private static final List<String> ALL = List.of("*");

    private static final List<ObjectNode> OBJECTS =
            Stream.concat(levels(), schemas()).toList();

    private FlowDefaults() {}

    /** New copies of all of them, levels first. */
    public static List<ObjectNode> objects() {
        return OBJECTS.stream().map(ObjectNode::deepCopy).toList();
    }

    /** A fixed object must stay as it is; of the level {@code exempt}, only the type is fixed. */
    static void unchanged(ObjectNode object, String kind, FieldErrors errors) {
        String name = Trees.name(object);
        if (!FIXED.contains(name)) {
            return;
        }
        boolean exemptLevel = name.equals("exempt") && kind.equals("PriorityLevelConfiguration");
        JsonNode spec = object.path("spec");
        for (ObjectNode fixed : OBJECTS) {
            if (fixed.path("kind").asText().equals(kind) && Trees.name(fixed).equals(name)) {
                boolean same = exemptLevel
                        ? spec.path("type").equals(fixed.path("spec").path("type")) && !spec.has("limited")
                        : spec.equals(fixed.path("spec"));
                if (!same) {
                    errors.invalid(
                            "spec",
                            spec,
                            "spec of '%s'%s must equal the fixed value"
                                    .formatted(name, exemptLevel ? " except the 'spec.exempt' field" : ""));
                }
            }
        }
    }

    private static Stream<ObjectNode> levels() {
        ObjectNode exempt = object("PriorityLevelConfiguration", "exempt");
        exempt.withObject("/spec")
                .put("type", "Exempt")
                .putObject("exempt")
                .put("nominalConcurrencyShares", 0)
                .put("lendablePercent", 0);
        ObjectNode catchAll = object("PriorityLevelConfiguration", "catch-all");
        limited(catchAll, 5, 0).putObject("limitResponse").put("type", "Reject");
        return Stream.of(
                exempt,
                catchAll,
                queued("system", 30, 33, 64, 6),
                queued("node-high", 40, 25, 64, 6),
                queued("leader-election", 10, 0, 16, 4),
                queued("workload-high", 40, 50, 128, 6),
                queued("workload-low", 100, 90, 128, 6),
                queued("global-default", 20, 50, 128, 6));
    }

    private static ObjectNode limited(ObjectNode level, int shares, int lendable) {
        return level.withObject("/spec")
                .put("type", "Limited")
                .putObject("limited")
                .put("nominalConcurrencyShares", shares)
                .put("lendablePercent", lendable);
    }

    private static ObjectNode queued(String name, int shares, int lendable, int queues, int hand) {
        ObjectNode level = object("PriorityLevelConfiguration", name);
        limited(level, shares, lendable)
                .putObject("limitResponse")
                .put("type", "Queue")
                .putObject("queuing")
                .put("queues", queues)
                .put("handSize", hand)
                .put("queueLengthLimit", 50);
        return level;
    }

    private static Stream<ObjectNode> schemas() {
        String controllers = "system:kube-controller-manager";
        String scheduler = "system:kube-scheduler";
        ObjectNode probes = schema("probes", "exempt", 2, "");
        ObjectNode probing = rule(probes);
        groups(probing, EVERYONE);
        urls(probing, List.of("get"), List.of("/healthz", "/readyz", "/livez"));

        ObjectNode elections = schema("system-leader-election", "leader-election", 100, "ByUser");
        ObjectNode electing = rule(elections);
        users(electing, List.of(controllers, scheduler));
        systemAccounts(electing);
        resources(electing, List.of("get", "create", "update"), "coordination.k8s.io", List.of("leases"), false);

        ObjectNode nodes = schema("system-node-high", "node-high", 400, "ByUser");
        ObjectNode reporting = rule(nodes);
        groups(reporting, List.of("system:nodes"));
        resources(reporting, ALL, "", List.of("nodes", "nodes/status"), true);
        resources(reporting, ALL, "coordination.k8s.io", List.of("leases"), false);

        ObjectNode manager = schema("kube-controller-manager", "workload-high", 800, "ByNamespace");
        users(everything(manager), List.of(controllers));
        ObjectNode scheduling = schema("kube-scheduler", "workload-high", 800, "ByNamespace");
        users(everything(scheduling), List.of(scheduler));
        ObjectNode system = schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace");
        systemAccounts(everything(system));
        return Stream.of(
                ofGroups("exempt", "exempt", 1, "", List.of("system:masters")),
                ofGroups("catch-all", "catch-all", 10_000, "ByUser", EVERYONE),
                ofGroups("system-nodes", "system", 500, "ByUser", List.of("system:nodes")),
                nodes,
                probes,
                elections,
                manager,
                scheduling,
                system,
                ofGroups("service-accounts", "workload-low", 9_000, "ByUser", List.of("system:serviceaccounts")),
                ofGroups("global-default", "global-default", 9_900, "ByUser", EVERYONE));
    }

    private static ObjectNode ofGroups(String name, String level, int precedence, String method, List<String> groups) {
        ObjectNode schema = schema(name, level, precedence, method);
        groups(everything(schema), groups);
        return schema;
    }

    private static ObjectNode schema(String name, String level, int precedence, String method) {
        ObjectNode schema = object("FlowSchema", name);
        ObjectNode spec = schema.putObject("spec");
        spec.putObject("priorityLevelConfiguration").put("name", level);
        spec.put("matchingPrecedence", precedence);
        if (!method.isEmpty()) {
            spec.putObject("distinguisherMethod").put("type", method);
        }
        return schema;
    }

    private static ObjectNode rule(ObjectNode schema) {
        ObjectNode rule = schema.withObject("/spec").withArray("rules").addObject();
        rule.putArray("subjects");
        return rule;
    }

    /** A rule about every request. */
    private static ObjectNode everything(ObjectNode schema) {
        ObjectNode rule = rule(schema);
        resources(rule, ALL, "*", ALL, true);
        urls(rule, ALL, ALL);
        return rule;
    }

    private static void groups(ObjectNode rule, List<String> names) {
        names.forEach(name -> rule.withArray("subjects")
                .addObject()
                .put("kind", "Group")
                .putObject("group")
                .put("name", name));
    }

    private static void users(ObjectNode rule, List<String> names) {
        names.forEach(name -> rule.withArray("subjects")
                .addObject()
                .put("kind", "User")
                .putObject("user")
                .put("name", name));
    }

    private static void systemAccounts(ObjectNode rule) {
        rule.withArray("subjects")
                .addObject()
                .put("kind", "ServiceAccount")
                .putObject("serviceAccount")
                .put("namespace", "kube-system")
                .put("name", "*");
    }

    private static void resources(
            ObjectNode rule, List<String> verbs, String group, List<String> resources, boolean clusterScope) {
        ObjectNode added = rule.withArray("resourceRules").addObject();
        fill(added.putArray("verbs"), verbs);
        added.putArray("apiGroups").add(group);
        fill(added.putArray("resources"), resources);
        if (clusterScope) {
            added.put("clusterScope", true);
        }
        added.putArray("namespaces").add("*");
    }

    private static void urls(ObjectNode rule, List<String> verbs, List<String> urls) {
        ObjectNode added = rule.withArray("nonResourceRules").addObject();
        fill(added.putArray("verbs"), verbs);
        fill(added.putArray("nonResourceURLs"), urls);
    }

    private static void fill(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("apiVersion", FlowControlKinds.GROUP + "/v1").put("kind", kind);
        object.putObject("metadata").put("name", name).putObject("annotations").put(AUTOUPDATE, "true");
        return object;
    }
}
