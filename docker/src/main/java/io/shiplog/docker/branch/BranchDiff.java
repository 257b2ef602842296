package io.shiplog.docker.branch;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The difference between a branch and its trunk: which pods would move, start and stop, which would not fit, and the objects
 * changed for that. Pods of one workload are interchangeable: a new one replaces a removed one.
 *
 * @param pods those on another node than before, by workload
 * @param objects those that a user created, changed or deleted; not what controllers derive from them
 */
public record BranchDiff(List<PodChange> pods, List<ObjectChange> objects) {
    private static final Set<String> DERIVED =
            Set.of("Pod", "ReplicaSet", "Event", "Lease", "Endpoints", "EndpointSlice", "ComponentStatus");
    private static final String ROOT_AUTHORITY = "kube-root-ca.crt";

    public BranchDiff {
        pods = List.copyOf(pods);
        objects = List.copyOf(objects);
    }

    /** A pod and its node. */
    public record Place(String pod, String node) {}

    /**
     * The change of one pod of a workload.
     *
     * @param workload namespace and name of the pod's workload, or of the pod itself
     * @param before its former node; null for a new one
     * @param after its new node; null for a removed one. Empty if it has none
     * @param why it has no node: the scheduler's message; empty if it has one
     */
    public record PodChange(
            String workload,
            @Nullable Place before,
            @Nullable Place after,
            String why) {
        /** Whether it fits no node. */
        public boolean doesNotFit() {
            return after != null && after.node().isEmpty();
        }

        /** Whether it is on another node than before. */
        public boolean moves() {
            return before != null
                    && after != null
                    && !doesNotFit()
                    && !before.node().equals(after.node());
        }
    }

    /** An object that a user created, changed or deleted. */
    public record ObjectChange(What what, String object, List<FieldChange> fields) {
        /** The kind of change. */
        public enum What {
            made,
            changed,
            deleted
        }
    }

    /** Whether nothing is different. */
    public boolean empty() {
        return pods.isEmpty() && objects.isEmpty();
    }

    /** The difference between two states: all objects of each, with kind and apiVersion. */
    public static BranchDiff between(List<JsonNode> before, List<JsonNode> after) {
        return new BranchDiff(pods(before, after), objects(before, after));
    }

    // --- pods ---

    private record Pod(String uid, String namespace, String name, String node, String workload, JsonNode tree) {
        Place place() {
            return new Place(name, node);
        }
    }

    private static List<PodChange> pods(List<JsonNode> before, List<JsonNode> after) {
        Map<String, String> deployments = new TreeMap<>();
        before.forEach(each -> noteOwner(each, deployments));
        after.forEach(each -> noteOwner(each, deployments));
        Map<String, List<Pod>> were = byWorkload(before, deployments);
        Map<String, List<Pod>> are = byWorkload(after, deployments);
        Set<String> workloads = new LinkedHashSet<>(were.keySet());
        workloads.addAll(are.keySet());
        List<PodChange> changes = new ArrayList<>();
        for (String workload : workloads) {
            workload(workload, were.getOrDefault(workload, List.of()), are.getOrDefault(workload, List.of()), changes);
        }
        return changes;
    }

    /** ReplicaSets change: their pods count as the Deployment's. */
    private static void noteOwner(JsonNode object, Map<String, String> deployments) {
        if (kind(object).equals("ReplicaSet")) {
            controller(object)
                    .ifPresent(owner -> deployments.put(
                            object.at("/metadata/uid").asText(),
                            owner.path("name").asText()));
        }
    }

    private static Optional<JsonNode> controller(JsonNode object) {
        for (JsonNode owner : object.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return Optional.of(owner);
            }
        }
        return Optional.empty();
    }

    private static Map<String, List<Pod>> byWorkload(List<JsonNode> objects, Map<String, String> deployments) {
        return objects.stream()
                .filter(each -> kind(each).equals("Pod") && !over(each))
                .map(each -> pod(each, deployments))
                .collect(Collectors.groupingBy(Pod::workload, TreeMap::new, Collectors.toList()));
    }

    private static boolean over(JsonNode pod) {
        String phase = pod.at("/status/phase").asText();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static Pod pod(JsonNode tree, Map<String, String> deployments) {
        String namespace = tree.at("/metadata/namespace").asText();
        String name = tree.at("/metadata/name").asText();
        String workload = controller(tree)
                .map(owner -> deployments.getOrDefault(
                        owner.path("uid").asText(), owner.path("name").asText()))
                .orElse(name);
        return new Pod(
                tree.at("/metadata/uid").asText(),
                namespace,
                name,
                tree.at("/spec/nodeName").asText(),
                namespace + "/" + workload,
                tree);
    }

    private static void workload(String workload, List<Pod> were, List<Pod> are, List<PodChange> changes) {
        List<Pod> gone = new ArrayList<>(were);
        List<Pod> fresh = new ArrayList<>(are);
        // An unchanged pod is not a difference.
        fresh.removeIf(now ->
                gone.removeIf(was -> was.uid().equals(now.uid()) && was.node().equals(now.node())));
        List<Pod> stillFresh = new ArrayList<>(fresh);
        // First those that stay on their node: the rest has moved.
        for (Pod now : fresh) {
            first(gone, was -> was.node().equals(now.node())).ifPresent(was -> {
                gone.remove(was);
                stillFresh.remove(now);
                changes.add(change(workload, was, now));
            });
        }
        for (Pod now : stillFresh) {
            Pod was = gone.isEmpty() ? null : gone.removeFirst();
            changes.add(change(workload, was, now));
        }
        gone.forEach(was -> changes.add(change(workload, was, null)));
    }

    private static Optional<Pod> first(List<Pod> pods, java.util.function.Predicate<Pod> wanted) {
        return pods.stream().filter(wanted).findFirst();
    }

    private static PodChange change(String workload, @Nullable Pod was, @Nullable Pod now) {
        return new PodChange(
                workload,
                was == null ? null : was.place(),
                now == null ? null : now.place(),
                now == null || !now.node().isEmpty() ? "" : unschedulable(now.tree()));
    }

    private static String unschedulable(JsonNode pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals("PodScheduled")
                    && condition.path("status").asText().equals("False")) {
                return condition.path("message").asText();
            }
        }
        return "it is not scheduled yet";
    }

    // --- objects ---

    private static List<ObjectChange> objects(List<JsonNode> before, List<JsonNode> after) {
        Map<String, JsonNode> were = byName(before);
        Map<String, JsonNode> are = byName(after);
        Set<String> names = new LinkedHashSet<>(were.keySet());
        names.addAll(are.keySet());
        List<ObjectChange> changes = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            JsonNode was = were.get(name);
            JsonNode is = are.get(name);
            if (was == null) {
                changes.add(new ObjectChange(ObjectChange.What.made, name, List.of()));
            } else if (is == null) {
                changes.add(new ObjectChange(ObjectChange.What.deleted, name, List.of()));
            } else {
                List<FieldChange> fields = FieldDiff.between(was, is).stream()
                        .filter(each -> !each.path().toString().startsWith(".status"))
                        .toList();
                if (!fields.isEmpty()) {
                    changes.add(new ObjectChange(ObjectChange.What.changed, name, fields));
                }
            }
        }
        return changes;
    }

    private static Map<String, JsonNode> byName(List<JsonNode> objects) {
        Map<String, JsonNode> byName = new TreeMap<>();
        for (JsonNode object : objects) {
            String name = object.at("/metadata/name").asText();
            if (!DERIVED.contains(kind(object))
                    && !name.equals(ROOT_AUTHORITY)
                    && controller(object).isEmpty()) {
                String namespace = object.at("/metadata/namespace").asText();
                byName.put(kind(object) + " " + (namespace.isEmpty() ? name : namespace + "/" + name), object);
            }
        }
        return byName;
    }

    private static String kind(JsonNode object) {
        return object.path("kind").asText();
    }
}
