package io.shiplog.command.kind.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a PodDisruptionBudget says of the pods as they are in some state: of the decider, which admits evictions by it, or of an image,
 * from which the controller writes its status.
 *
 * @param expectedPods how many pods there should be
 * @param desiredHealthy how many must be healthy
 * @param currentHealthy how many are
 * @param disrupted the pods that another writer announced in the status as going, and when
 * @param unmanaged names of pods without a controller, where the budget depends on one
 * @param failure why the numbers cannot be told, or null; then no eviction is allowed
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/disruption/disruption.go">disruption.go</a>
 */
public record Budget(
        int expectedPods,
        int desiredHealthy,
        int currentHealthy,
        Map<String, Instant> disrupted,
        List<String> unmanaged,
        @Nullable String failure) {
    public static final ResourceType TYPE = new ResourceType("policy", "poddisruptionbudgets");

    /** How long a pod that the status announces as going counts as gone. */
    public static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType REPLICA_SETS = new ResourceType("apps", "replicasets");
    private static final int PERCENT = 100;
    private static final int REMEMBERED = 1 << 14;
    private static final Memo<Pod> PODS_READ =
            new Memo<>(REMEMBERED, pod -> Pod.read(pod.json().tree()));

    public Budget {
        disrupted = Map.copyOf(disrupted);
        unmanaged = List.copyOf(unmanaged);
    }

    /**
     * A state of the cluster.
     *
     * @param get an object, or null
     * @param list the objects of a type in a namespace
     */
    public record Objects(
            KindCatalogue kinds,
            Function<ObjectKey, @Nullable StoredObject> get,
            BiFunction<ResourceType, String, Collection<StoredObject>> list) {}

    /** A pod, as far as budgets read it. */
    private record Pod(boolean ready, @Nullable Owner controller) {
        static Pod read(JsonNode tree) {
            return new Pod(isReady(tree), Owner.of(tree));
        }
    }

    /** The controlling owner of an object. */
    private record Owner(String group, String kind, String name, String uid) {
        static @Nullable Owner of(JsonNode tree) {
            for (JsonNode owner : Trees.at(tree, "metadata", "ownerReferences")) {
                if (owner.path("controller").asBoolean()) {
                    String version = Trees.text(owner, "apiVersion");
                    int slash = version.indexOf('/');
                    return new Owner(
                            slash < 0 ? "" : version.substring(0, slash),
                            Trees.text(owner, "kind"),
                            Trees.text(owner, "name"),
                            Trees.text(owner, "uid"));
                }
            }
            return null;
        }
    }

    /** Why a scale is not known. */
    private static final class UnknownScale extends Exception {
        private static final long serialVersionUID = 1;

        UnknownScale(String message) {
            super(message, null, false, false);
        }
    }

    /** How many more pods may be evicted now. */
    public int disruptionsAllowed() {
        return failure != null || expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    }

    /** Whether a budget is about a pod. */
    public static boolean selects(JsonNode budget, StoredObject pod) {
        ObjectNode labels = Json.MAPPER.createObjectNode();
        pod.labels().forEach(labels::put);
        return LabelSelectors.matches(Trees.at(budget, "spec", "selector"), labels);
    }

    /** Whether the pod's condition {@code Ready} is true: budgets call it healthy. */
    public static boolean isHealthy(StoredObject pod) {
        return PODS_READ.of(pod).ready();
    }

    /** Counts the pods of a budget. */
    public static Budget of(JsonNode budget, String namespace, Objects objects, Instant now) {
        List<StoredObject> pods = objects.list().apply(PODS, namespace).stream()
                .filter(pod -> selects(budget, pod))
                .toList();
        Map<String, Instant> disrupted = disrupted(budget, pods, now);
        int healthy = (int) pods.stream()
                .filter(pod ->
                        !pod.deleting() && !disrupted.containsKey(pod.key().name()) && isHealthy(pod))
                .count();
        JsonNode maxUnavailable = Trees.at(budget, "spec", "maxUnavailable");
        JsonNode minAvailable = Trees.at(budget, "spec", "minAvailable");
        List<String> unmanaged = new ArrayList<>();
        try {
            if (maxUnavailable.isValueNode() && !maxUnavailable.isNull()) {
                int expected = scale(pods, objects, unmanaged);
                int desired = Math.max(0, expected - scaled(maxUnavailable, expected));
                return new Budget(expected, desired, healthy, disrupted, unmanaged, null);
            }
            if (minAvailable.isTextual()) {
                int expected = scale(pods, objects, unmanaged);
                return new Budget(expected, scaled(minAvailable, expected), healthy, disrupted, unmanaged, null);
            }
            return new Budget(pods.size(), minAvailable.asInt(), healthy, disrupted, unmanaged, null);
        } catch (UnknownScale unknown) {
            return new Budget(0, 0, healthy, disrupted, unmanaged, unknown.getMessage());
        }
    }

    private static Map<String, Instant> disrupted(JsonNode budget, List<StoredObject> pods, Instant now) {
        Map<String, Instant> disrupted = new HashMap<>();
        JsonNode announced = Trees.at(budget, "status", "disruptedPods");
        for (StoredObject pod : pods) {
            String since = Trees.text(announced, pod.key().name());
            if (!since.isEmpty()
                    && !pod.deleting()
                    && Instant.parse(since).plus(DELETION_TIMEOUT).isAfter(now)) {
                disrupted.put(pod.key().name(), Instant.parse(since));
            }
        }
        return disrupted;
    }

    /** A part is rounded up. */
    private static int scaled(JsonNode value, int whole) {
        long number = IntOrPercent.value(value);
        return (int) (value.isTextual() ? Math.ceilDiv(number * whole, (long) PERCENT) : number);
    }

    /** How many pods the controllers of these pods want in all. */
    private static int scale(List<StoredObject> pods, Objects objects, List<String> unmanaged) throws UnknownScale {
        Map<String, Integer> scales = new HashMap<>();
        for (StoredObject pod : pods) {
            Owner owner = PODS_READ.of(pod).controller();
            if (owner == null) {
                unmanaged.add(pod.key().name());
            } else if (!scales.containsKey(owner.uid())) {
                StoredObject scaled = scaledBy(pod, owner, objects);
                scales.put(owner.uid(), 0);
                scales.put(
                        scaled.uid(),
                        Trees.at(scaled.json().tree(), "spec", "replicas").asInt(1));
            }
        }
        return scales.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The object whose replicas a pod is one of: its controller, or that one's Deployment. */
    private static StoredObject scaledBy(StoredObject pod, Owner owner, Objects objects) throws UnknownScale {
        String namespace = pod.key().namespace();
        StoredObject controller = find(owner, namespace, objects);
        if (controller != null && controller.key().type().equals(REPLICA_SETS)) {
            Owner above = Owner.of(controller.json().tree());
            StoredObject deployment = above == null ? null : find(above, namespace, objects);
            controller = deployment == null ? controller : deployment;
        }
        if (controller == null) {
            throw new UnknownScale(
                    "found no controllers for pod \"%s\"".formatted(pod.key().name()));
        }
        return controller;
    }

    private static @Nullable StoredObject find(Owner owner, String namespace, Objects objects) throws UnknownScale {
        KindDescription kind = objects.kinds().byKind(owner.group(), owner.kind());
        if (kind == null || !kind.namespaced()) {
            return null;
        }
        if (!kind.has("scale")) {
            throw new UnknownScale(kind.storedAs().qualified() + " does not implement the scale subresource");
        }
        StoredObject object = objects.get().apply(ObjectKey.of(kind.storedAs(), namespace, owner.name()));
        return object != null && object.uid().equals(owner.uid()) ? object : null;
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : Trees.at(pod, "status", "conditions")) {
            if (Trees.text(condition, "type").equals("Ready")) {
                return Trees.text(condition, "status").equals("True");
            }
        }
        return false;
    }
}
