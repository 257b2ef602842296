package io.shiplog.command.control.garbage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Cause;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes pods whose node has been gone for a while, pods that end on a node that is out of service or had none, and the oldest of too
 * many finished pods. Plans one key for the whole cluster, periodically.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection">Pod garbage
 *     collection</a>
 */
public final class PodGarbageCollector implements Controller {
    /** Kubernetes' own period. */
    static final Duration PERIOD = Duration.ofSeconds(20);
    /** A node that returns within this time keeps its pods. */
    static final Duration QUARANTINE = Duration.ofSeconds(40);
    /** Kubernetes' own {@code --terminated-pod-gc-threshold}. */
    static final int MAX_FINISHED = 12_500;
    /** Maximum deletions in one plan. */
    static final int MAX_DELETIONS = 500;

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";
    private static final ObjectKey ALL = ObjectKey.clusterScoped(Types.PODS, "");

    /** Since when nodes are missing: the only state that an image does not have. */
    private final Map<String, Instant> missedSince = new HashMap<>();
    /** The events that removed nodes whose pods may still exist. */
    private final Map<String, Cause> gone = new HashMap<>();

    @Override
    public String name() {
        return "pod-garbage-collector";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        missedSince.clear();
        gone.clear();
        return List.of(ALL);
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        // Planned periodically, which is often enough.
        ObjectKey changed = change.after().key();
        if (changed.type().equals(Types.NODES)) {
            if (change.removes()) {
                gone.put(changed.name(), Cause.of(change.event()));
            } else {
                gone.remove(changed.name());
            }
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        List<Step> steps = new ArrayList<>();
        List<PodView> finished = new ArrayList<>();
        Map<String, Instant> missed = new HashMap<>();
        for (StoredObject pod : image.list(Types.PODS)) {
            String node = pod.node();
            if (node == null) {
                if (pod.deleting()) {
                    abandon(pod, null, steps, null); // A finalizer holds it; no node will ever say that it ended.
                }
                continue;
            }
            if (image.get(ObjectKey.clusterScoped(Types.NODES, node)) == null) {
                Instant since = missed.computeIfAbsent(node, n -> missedSince.getOrDefault(n, now));
                if (!since.plus(QUARANTINE).isAfter(now)) {
                    abandon(pod, gone.get(node), steps, orphaned(now));
                }
            } else if (pod.deleting() && outOfService(image, node)) {
                abandon(pod, null, steps, null);
            } else if (PodView.of(pod).terminal() && !pod.deleting()) {
                finished.add(PodView.of(pod));
            }
        }
        missedSince.clear();
        missedSince.putAll(missed);
        if (missed.isEmpty()) {
            gone.clear();
        }
        finished.stream()
                .sorted(Comparator.comparing(pod -> pod.read().created()))
                .limit(Math.max(0, finished.size() - MAX_FINISHED))
                .forEach(pod -> steps.add(Step.of(Edits.deleteAtOnce(pod.stored()))));
        return new Plan(steps.subList(0, Math.min(steps.size(), MAX_DELETIONS)), PERIOD);
    }

    private static ObjectNode orphaned(Instant now) {
        return Conditions.condition("DisruptionTarget", "True", "DeletionByPodGC", "PodGC: node no longer exists", now);
    }

    /**
     * Whether a node is not ready and has a taint that says that it is shut down: its pods may be removed without its confirmation.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown">Non-graceful
     *     node shutdown</a>
     */
    private static boolean outOfService(Image image, String name) {
        StoredObject node = image.get(ObjectKey.clusterScoped(Types.NODES, name));
        if (node == null) {
            return false;
        }
        JsonNode tree = node.json().tree();
        return !Conditions.has(tree.path("status").path("conditions"), "Ready", "True")
                && tree.path("spec")
                        .path("taints")
                        .valueStream()
                        .anyMatch(taint -> taint.path("key").asText().equals(OUT_OF_SERVICE));
    }

    /** Marks a pod as failed, because no node reports its end, and deletes it without its node. */
    private static void abandon(
            StoredObject pod, @Nullable Cause cause, List<Step> steps, @Nullable ObjectNode condition) {
        if (!PodView.of(pod).terminal()) {
            ObjectNode status = Json.MAPPER.createObjectNode().put("phase", "Failed");
            if (condition != null) {
                status.set(
                        "conditions",
                        Conditions.with(
                                pod.json().tree().path("status").path("conditions"),
                                Conditions.observed(condition, pod.json().tree())));
            }
            steps.add(Step.of(Edits.patchStatus(pod, status)).because(cause));
        }
        steps.add(Step.of(Edits.deleteAtOnce(pod)).because(cause));
    }
}
