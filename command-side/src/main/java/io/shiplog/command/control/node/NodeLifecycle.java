package io.shiplog.command.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Marks silent nodes as Unknown, sets the taints of node conditions, and marks pods of unready nodes as not ready.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/nodelifecycle/node_lifecycle_controller.go">node_lifecycle_controller.go</a>
 */
public final class NodeLifecycle implements Controller {
    private static final String NAME = "node-controller";
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final List<String> KNOWN_BY_THE_NODE =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private static final int REMEMBERED = 4096;
    private static final Memo<Boolean> READY = new Memo<>(
            REMEMBERED, node -> Conditions.has(node.json().tree().path("status").path("conditions"), "Ready", "True"));

    private final Duration grace;
    /**
     * When each node's last heartbeat was first seen, by our clock and not the node's; the grace period starts again when a
     * controller starts.
     */
    private final Map<String, Sign> signs = new HashMap<>();

    private record Sign(String of, Instant seen) {}

    /** @param grace how long a node may be silent */
    public NodeLifecycle(Duration grace) {
        this.grace = grace;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        signs.clear();
        return image.list(Types.NODES).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.LEASES) && key.namespace().equals(LEASE_NAMESPACE)) {
            replan.accept(ObjectKey.clusterScoped(Types.NODES, key.name()));
        } else if (key.type().equals(Types.NODES)) {
            replan.accept(key);
            StoredObject before = change.before();
            if (before == null || change.removes() || ready(before) != ready(change.after())) {
                // The last ready node keeps pods of the others in place.
                image.list(Types.NODES).forEach(node -> replan.accept(node.key()));
            }
        } else if (key.type().equals(Types.PODS) && change.after().node() != null && change.before() == null) {
            replan.accept(ObjectKey.clusterScoped(Types.NODES, change.after().node()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject node = image.get(key);
        if (node == null) {
            signs.remove(key.name());
            return Plan.NOTHING;
        }
        JsonNode tree = node.json().tree();
        JsonNode before = tree.path("status").path("conditions");
        Duration left = Duration.between(now, lastSign(node, before, image, now).plus(grace));
        boolean lost = left.isNegative() || left.isZero();
        JsonNode conditions = lost ? unknown(before, tree.path("metadata").path("creationTimestamp"), now) : before;
        List<Step> steps = new ArrayList<>();
        taints(node, tree, NodeTaints.of(tree, conditions, anotherIsReady(image, key), now), steps);
        if (!conditions.equals(before)) {
            steps.add(sayUnknown(node, tree, conditions, before));
        }
        boolean hasBeenReady = !Conditions.find(conditions, "Ready").isMissingNode();
        if (hasBeenReady && !Conditions.has(conditions, "Ready", "True")) {
            image.by(Indexes.NODE, key.name()).forEach(pod -> notReady(pod, steps, now));
        }
        return new Plan(steps, lost ? null : left);
    }

    private static void taints(StoredObject node, JsonNode tree, ArrayNode taints, List<Step> steps) {
        JsonNode there = tree.path("spec").path("taints");
        if (!taints.equals(there) && !(taints.isEmpty() && there.isEmpty())) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.putObject("spec").set("taints", taints);
            steps.add(Step.of(Edits.patchUnchanged(node, patch)));
        }
    }

    private Instant lastSign(StoredObject node, JsonNode conditions, Image image, Instant now) {
        String name = node.key().name();
        StoredObject lease = image.get(ObjectKey.of(Types.LEASES, LEASE_NAMESPACE, name));
        String renewed = lease == null
                ? ""
                : lease.json().tree().path("spec").path("renewTime").asText();
        JsonNode ready = Conditions.find(conditions, "Ready");
        // Our own writes are not heartbeats.
        String sign = node.uid() + " " + renewed + " "
                + ready.path("lastHeartbeatTime").asText();
        return signs.merge(name, new Sign(sign, now), (old, next) -> old.of().equals(next.of()) ? old : next)
                .seen();
    }

    /** A node that never reported is silent since it was made. */
    private static JsonNode unknown(JsonNode conditions, JsonNode made, Instant now) {
        JsonNode next = conditions;
        for (String type : KNOWN_BY_THE_NODE) {
            JsonNode old = Conditions.find(conditions, type);
            if (old.path("status").asText().equals("Unknown")) {
                continue;
            }
            boolean never = old.isMissingNode();
            ObjectNode condition = Conditions.condition(
                    type,
                    "Unknown",
                    never ? "NodeStatusNeverUpdated" : "NodeStatusUnknown",
                    never ? "Kubelet never posted node status." : "Kubelet stopped posting node status.",
                    now);
            JsonNode heartbeat = never ? made : old.path("lastHeartbeatTime");
            if (heartbeat.isTextual()) {
                condition.set("lastHeartbeatTime", heartbeat);
            }
            next = Conditions.with(next, condition);
        }
        return next;
    }

    private static Step sayUnknown(StoredObject node, JsonNode tree, JsonNode conditions, JsonNode before) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.set("conditions", conditions);
        boolean wasReady = Conditions.has(before, "Ready", "True");
        String name = node.key().name();
        return Step.of(
                Edits.patchStatus(node, status),
                wasReady
                        ? ObjectEvent.normal(
                                Regarding.object(tree),
                                "NodeNotReady",
                                "Node " + name + " status is now: NodeNotReady",
                                NAME)
                        : null);
    }

    private static boolean anotherIsReady(Image image, ObjectKey key) {
        return image.list(Types.NODES).stream().anyMatch(node -> !node.key().equals(key) && ready(node));
    }

    static boolean ready(StoredObject node) {
        return READY.of(node);
    }

    private static void notReady(StoredObject pod, List<Step> steps, Instant now) {
        if (!PodView.of(pod).ready() || PodView.of(pod).terminal()) {
            return;
        }
        JsonNode tree = pod.json().tree();
        ObjectNode next = Json.MAPPER.createObjectNode().put("type", "Ready").put("status", "False");
        next.put("lastTransitionTime", Conditions.time(now));
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.set("conditions", Conditions.with(tree.path("status").path("conditions"), next));
        steps.add(Step.of(
                Edits.patchStatus(pod, status),
                ObjectEvent.warning(Regarding.object(tree), "NodeNotReady", "Node is not ready", NAME)));
    }
}
