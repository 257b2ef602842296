package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Claimable;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Dependents;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodTemplates;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates missing pods of a set, deletes surplus ones, and updates the status.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/replicaset/replica_set.go">replica_set.go</a>
 */
public final class ReplicaController implements Controller {
    /** Maximum pods created or deleted in one plan. */
    static final int BURST = 500;

    static final String FAILURE = "ReplicaFailure";

    private final ReplicaKind kind;

    private ReplicaController(ReplicaKind kind) {
        this.kind = kind;
    }

    /** The controller of ReplicaSets. */
    public static Controller ofReplicaSets() {
        return new ReplicaController(ReplicaKind.REPLICA_SET);
    }

    /** The controller of ReplicationControllers. */
    public static Controller ofReplicationControllers() {
        return new ReplicaController(ReplicaKind.REPLICATION_CONTROLLER);
    }

    @Override
    public String name() {
        return kind.controllerName();
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(kind.type()).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(kind.type())) {
            replan.accept(key);
        } else if (key.type().equals(Types.PODS)) {
            affectedByPod(change.before(), image, replan);
            affectedByPod(change.after(), image, replan);
        }
    }

    private void affectedByPod(@Nullable StoredObject pod, Image image, Consumer<ObjectKey> replan) {
        if (pod == null) {
            return;
        }
        OwnerRef owner = PodView.of(pod).controller();
        if (owner != null) {
            if (owner.kind().equals(kind.kind()) && owner.apiVersion().equals(kind.apiVersion())) {
                replan.accept(ObjectKey.of(kind.type(), pod.key().namespace(), owner.name()));
            }
            return;
        }
        if (!pod.labels().isEmpty()) {
            image.list(kind.type(), pod.key().namespace()).stream()
                    .filter(set -> Selectors.of(kind, set).matches(pod.labels()))
                    .forEach(set -> replan.accept(set.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null) {
            return Plan.NOTHING;
        }
        Replicas set = Replicas.of(kind, stored);
        List<Step> steps = new ArrayList<>();
        List<PodView> pods = claim(set, image, steps);
        if (!stored.deleting()) {
            adjust(set, pods, image, now, steps);
        }
        Command status = StatusChange.of(stored, set.status(), ReplicaStatus.of(set, pods, image, now));
        if (status != null) {
            steps.add(Step.of(status));
        }
        return new Plan(steps, PodView.untilNextIsAvailable(pods, set.minReady(), now));
    }

    /** The active pods of the set, with those that it adopts and without those that it releases. */
    private static List<PodView> claim(Replicas set, Image image, List<Step> steps) {
        List<StoredObject> active = Claimable.by(image, Types.PODS, set.stored(), set.selector()).stream()
                .filter(pod -> !pod.deleting())
                .filter(pod -> PodView.of(pod).active())
                .toList();
        Dependents pods = Dependents.of(set.stored(), set.asOwner(), set.selector(), active, pod -> true);
        pods.changes().forEach(change -> steps.add(Step.of(change.command())));
        return pods.own().stream().map(PodView::of).toList();
    }

    private void adjust(Replicas set, List<PodView> pods, Image image, Instant now, List<Step> steps) {
        int missing = set.wanted() - pods.size();
        if (missing > 0) {
            for (String name : PodTemplates.names(set.stored(), image, Math.min(missing, BURST))) {
                steps.add(creation(set, name, pods, image, now));
            }
        } else if (missing < 0) {
            List<PodView> order = DeletionRank.ordered(pods, related(set, pods, image));
            for (PodView pod : order.subList(0, Math.min(-missing, BURST))) {
                steps.add(Step.of(
                                Edits.delete(pod.stored(), Propagation.BACKGROUND),
                                normal(set, "SuccessfulDelete", "Deleted pod: " + pod.name()))
                        .withEventIfRefused(warning(set, "FailedDelete", "Error deleting: ")));
            }
        }
    }

    private Step creation(Replicas set, String name, List<PodView> pods, Image image, Instant now) {
        String namespace = set.stored().key().namespace();
        ObjectNode pod = PodTemplates.pod(namespace, name, set.template(), set.asOwner());
        pod.withObject("/metadata").put("generateName", set.stored().key().name() + "-");
        Command create = Edits.create(Types.PODS, namespace, pod);
        return Step.of(create, normal(set, "SuccessfulCreate", "Created pod: " + name))
                .withEventIfRefused(warning(set, "FailedCreate", "Error creating: "))
                .recording(refusal -> failure(set, ReplicaStatus.of(set, pods, image, now), refusal));
    }

    /**
     * A condition with the reason why no pod could be created; the next status without it removes it. The counts come with it:
     * an observed generation says that they belong to it.
     */
    private static Command failure(Replicas set, ObjectNode status, Refusal refusal) {
        status.set(
                "conditions",
                Conditions.with(
                        set.status().path("conditions"),
                        Json.MAPPER
                                .createObjectNode()
                                .put("type", FAILURE)
                                .put("status", "True")
                                .put("reason", "FailedCreate")
                                .put("message", refusal.message())));
        Command change = StatusChange.of(set.stored(), set.status(), status);
        return change == null ? Edits.patchStatus(set.stored(), status) : change;
    }

    /** The pods of all sets of the same owner, a Deployment: they count as neighbours on a node. */
    private List<PodView> related(Replicas set, List<PodView> pods, Image image) {
        List<String> owners = set.stored().ownerUids();
        if (owners.isEmpty()) {
            return pods;
        }
        List<PodView> related = new ArrayList<>();
        for (StoredObject sibling : image.by(Indexes.OWNER, owners.getFirst())) {
            boolean isOne = sibling.key().type().equals(kind.type())
                    && sibling.key().namespace().equals(set.stored().key().namespace());
            if (isOne) {
                for (StoredObject pod : image.dependents(sibling)) {
                    if (pod.key().type().equals(Types.PODS)) {
                        related.add(PodView.of(pod));
                    }
                }
            }
        }
        return related;
    }

    private ObjectEvent normal(Replicas set, String reason, String message) {
        return ObjectEvent.normal(set.regarding(), reason, message, kind.controllerName());
    }

    private ObjectEvent warning(Replicas set, String reason, String message) {
        return ObjectEvent.warning(set.regarding(), reason, message, kind.controllerName());
    }
}
