package io.shiplog.command.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.events.placement.Taint;
import io.shiplog.events.placement.Toleration;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Evicts pods that do not, or no longer, tolerate a NoExecute taint of their node.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">Taint-based
 *     evictions</a>
 */
public final class TaintEviction implements Controller {
    private static final String NAME = "taint-eviction-controller";
    private static final int REMEMBERED = 4096;
    private static final Memo<List<Driving>> DRIVING = new Memo<>(REMEMBERED, TaintEviction::driving);

    /** A NoExecute taint and its time, or the epoch if it has none. */
    private record Driving(Taint taint, Instant since) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        List<ObjectKey> keys = new ArrayList<>();
        for (StoredObject node : image.list(Types.NODES)) {
            if (!DRIVING.of(node).isEmpty()) {
                image.by(Indexes.NODE, node.key().name()).forEach(pod -> keys.add(pod.key()));
            }
        }
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject after = change.after();
        StoredObject before = change.before();
        if (after.key().type().equals(Types.NODES)) {
            List<Driving> was = before == null ? List.of() : DRIVING.of(before);
            if (!change.removes() && !was.equals(DRIVING.of(after))) {
                image.by(Indexes.NODE, after.key().name()).forEach(pod -> replan.accept(pod.key()));
            }
        } else if (after.key().type().equals(Types.PODS) && after.node() != null) {
            // Also a change of its tolerations: few pods run on tainted nodes.
            StoredObject node = image.get(ObjectKey.clusterScoped(Types.NODES, after.node()));
            if (node != null && !DRIVING.of(node).isEmpty()) {
                replan.accept(after.key());
            }
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject pod = image.get(key);
        if (pod == null || pod.deleting() || pod.node() == null) {
            return Plan.NOTHING;
        }
        StoredObject node = image.get(ObjectKey.clusterScoped(Types.NODES, pod.node()));
        if (node == null || DRIVING.of(node).isEmpty()) {
            return Plan.NOTHING;
        }
        JsonNode tree = pod.json().tree();
        List<Toleration> tolerations = Toleration.ofPod(tree.path("spec"));
        Instant arrived = arrived(tree);
        Instant soonest = null;
        for (Driving driving : DRIVING.of(node)) {
            if (NodeTaints.ofReadiness(driving.taint().key()) && noNodeIsReady(image)) {
                continue;
            }
            Instant at = evictedAt(tolerations, driving, arrived);
            soonest = at != null && (soonest == null || at.isBefore(soonest)) ? at : soonest;
        }
        if (soonest == null) {
            return Plan.NOTHING;
        }
        return soonest.isAfter(now) ? Plan.later(Duration.between(now, soonest)) : Plan.of(eviction(pod, tree));
    }

    /**
     * Then a taint is that of a cluster that stopped, and older than the pods' tolerations. {@link NodeLifecycle} removes it, and adds it
     * with a new time once another node is ready.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction">All zones unhealthy</a>
     */
    private static boolean noNodeIsReady(Image image) {
        return image.list(Types.NODES).stream().noneMatch(NodeLifecycle::ready);
    }

    /** When the pod came to its node: binding, else creation. */
    private static Instant arrived(JsonNode pod) {
        JsonNode scheduled = Conditions.find(pod.path("status").path("conditions"), "PodScheduled");
        Instant bound = scheduled.path("status").asText().equals("True")
                ? Conditions.parse(scheduled.path("lastTransitionTime"))
                : null;
        Instant created = Conditions.parse(pod.path("metadata").path("creationTimestamp"));
        return bound != null ? bound : created != null ? created : Instant.EPOCH;
    }

    /**
     * When a taint evicts the pod; null for never. The first toleration that fits counts, from when taint and pod are both on
     * the node. Both times are in whole seconds: the next second, so that no pod is evicted too early.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/tainteviction/taint_eviction.go">taint_eviction.go</a>
     */
    private static @Nullable Instant evictedAt(List<Toleration> tolerations, Driving driving, Instant arrived) {
        Instant since = driving.since().isAfter(arrived) ? driving.since() : arrived;
        for (Toleration each : tolerations) {
            if (each.tolerates(driving.taint())) {
                Long seconds = each.seconds();
                return seconds == null ? null : seconds <= 0 ? since : since.plusSeconds(seconds + 1);
            }
        }
        return since;
    }

    private static Step eviction(StoredObject pod, JsonNode tree) {
        ObjectEvent event = ObjectEvent.normal(
                Regarding.object(tree),
                "TaintManagerEviction",
                "Marking for deletion Pod %s/%s"
                        .formatted(pod.key().namespace(), pod.key().name()),
                NAME);
        return Step.of(Edits.evict(pod, Disruption.TAINT), event);
    }

    private static List<Driving> driving(StoredObject node) {
        List<Driving> driving = new ArrayList<>();
        JsonNode tree = node.json().tree();
        List<Taint> taints = Taint.ofNode(tree);
        for (int i = 0; i < taints.size(); i++) {
            if (taints.get(i).drivesOut()) {
                JsonNode time = tree.path("spec").path("taints").path(i).path("timeAdded");
                Instant since = Conditions.parse(time);
                driving.add(new Driving(taints.get(i), since == null ? Instant.EPOCH : since));
            }
        }
        return List.copyOf(driving);
    }
}
