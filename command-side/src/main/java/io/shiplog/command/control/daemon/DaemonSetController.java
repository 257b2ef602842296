package io.shiplog.command.control.daemon;

import io.shiplog.command.control.daemon.DaemonPlan.Creation;
import io.shiplog.command.control.daemon.DaemonPlan.Deletion;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.sets.FailedPods;
import io.shiplog.command.control.sets.History;
import io.shiplog.command.control.sets.Revision;
import io.shiplog.command.control.sets.SetKind;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.PodTemplates;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pod of each DaemonSet on each node that fits, and replaces the pods of an old template as the update strategy allows.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/daemon/daemon_controller.go">daemon_controller.go</a>
 */
public final class DaemonSetController implements Controller {
    /** Maximum pods created and deleted in one plan, each. */
    static final int BURST = 250;

    /** The component in Event objects; the ServiceAccount's name has one more hyphen, as in Kubernetes. */
    private static final String COMPONENT = "daemonset-controller";

    private final FailedPods failed = new FailedPods();

    @Override
    public String name() {
        return "daemon-set-controller";
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.DAEMON_SETS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        if (!change.after().key().type().equals(Types.NODES)) {
            SetKind.DAEMON_SET.affected(change, image, replan);
        } else if (change.removes() || !sameOffer(change.before(), change.after())) {
            keys(image).forEach(replan);
        }
    }

    /** Whether a node's change, as each of its heartbeats, leaves it as fit as it was. */
    private static boolean sameOffer(@Nullable StoredObject before, StoredObject after) {
        if (before == null) {
            return false;
        }
        NodeOffer old = DaemonSpec.offerOf(before);
        NodeOffer next = DaemonSpec.offerOf(after);
        return old.labels().equals(next.labels()) && old.taints().equals(next.taints());
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null || stored.deleting()) {
            failed.forget(key);
            return Plan.NOTHING;
        }
        DaemonSpec spec = DaemonSpec.of(stored);
        List<Step> steps = new ArrayList<>();
        List<PodView> claimed = spec.set().claimPods(image, pod -> true, steps);
        History history = History.of(spec.set(), image, steps);
        Step missing = history.missing();
        Revision newest = history.newest();
        if (missing != null) {
            steps.add(missing);
        }
        if (!steps.isEmpty() || newest == null) {
            return Plan.of(steps);
        }
        Map<String, List<DaemonPod>> pods = byNode(claimed);
        Map<String, StoredObject> nodes = new TreeMap<>();
        image.list(Types.NODES).forEach(node -> nodes.put(node.key().name(), node));
        DaemonPlan plan = new DaemonPlan(spec, newest.hash(), nodes, pods, failed, now);
        delete(spec, plan.deletions(), steps);
        create(spec, newest.hash(), plan.creations(), image, steps);
        steps.addAll(history.forget(live(newest, claimed)));
        Command status = StatusChange.of(
                stored, spec.set().status(), DaemonStatus.of(spec, newest.hash(), nodes.values(), pods, now));
        if (status != null) {
            steps.add(Step.of(status));
        }
        return new Plan(
                steps,
                soonest(
                        plan.untilNextReplacement(),
                        PodView.untilNextIsAvailable(claimed, spec.set().minReady(), now)));
    }

    /** Pods by their node, oldest first; without finished ones that are being deleted: they are the node's. */
    private static Map<String, List<DaemonPod>> byNode(List<PodView> claimed) {
        Map<String, List<DaemonPod>> pods = new TreeMap<>();
        claimed.stream()
                .filter(pod -> !(pod.terminal() && pod.deleting()))
                .map(DaemonPod::of)
                .filter(pod -> !pod.target().isEmpty())
                .sorted(DaemonPod.ORDER)
                .forEach(pod -> pods.computeIfAbsent(pod.target(), node -> new ArrayList<>())
                        .add(pod));
        return pods;
    }

    private static Set<String> live(Revision newest, List<PodView> pods) {
        Set<String> live = new HashSet<>();
        live.add(newest.name());
        pods.forEach(pod -> live.add(pod.labels().getOrDefault(DaemonSpec.HASH_LABEL, "")));
        return live;
    }

    private static void delete(DaemonSpec spec, List<Deletion> deletions, List<Step> steps) {
        for (Deletion each : deletions.subList(0, Math.min(deletions.size(), BURST))) {
            StoredObject pod = each.pod().stored();
            Step step = Step.of(Edits.delete(pod, Propagation.BACKGROUND), event(spec, each))
                    .withEventIfRefused(warning(spec, "FailedDelete", "Error deleting: "));
            steps.add(
                    switch (each.reason()) {
                        case NODE ->
                            step.about(ObjectKey.clusterScoped(
                                    Types.NODES, each.pod().target()));
                        case FAILED, SUCCEEDED -> step.about(pod.key());
                        case SURPLUS, OUTDATED -> step;
                    });
        }
    }

    private static ObjectEvent event(DaemonSpec spec, Deletion deletion) {
        String pod = deletion.pod().view().name();
        String place = "daemon pod %s/%s on node %s"
                .formatted(spec.set().namespace(), pod, deletion.pod().target());
        return switch (deletion.reason()) {
            case FAILED -> warning(spec, "FailedDaemonPod", "Found failed " + place + ", will try to kill it");
            case SUCCEEDED ->
                normal(spec, "SucceededDaemonPod", "Found succeeded " + place + ", will try to delete it");
            case NODE, SURPLUS, OUTDATED -> normal(spec, "SuccessfulDelete", "Deleted pod: " + pod);
        };
    }

    private static void create(DaemonSpec spec, String hash, List<Creation> creations, Image image, List<Step> steps) {
        int count = Math.min(creations.size(), BURST);
        List<String> names = PodTemplates.names(spec.set().stored(), image, count);
        for (int i = 0; i < count; i++) {
            String node = creations.get(i).node();
            steps.add(Step.of(
                            Edits.create(Types.PODS, spec.set().namespace(), spec.pod(names.get(i), hash, node)),
                            normal(spec, "SuccessfulCreate", "Created pod: " + names.get(i)))
                    .withEventIfRefused(warning(spec, "FailedCreate", "Error creating: "))
                    .about(ObjectKey.clusterScoped(Types.NODES, node)));
        }
    }

    private static @Nullable Duration soonest(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    private static ObjectEvent normal(DaemonSpec spec, String reason, String message) {
        return ObjectEvent.normal(spec.set().regarding(), reason, message, COMPONENT);
    }

    private static ObjectEvent warning(DaemonSpec spec, String reason, String message) {
        return ObjectEvent.warning(spec.set().regarding(), reason, message, COMPONENT);
    }
}
