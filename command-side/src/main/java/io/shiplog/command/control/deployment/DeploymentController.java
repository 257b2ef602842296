package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.deployment.DeploymentStatus.Progress;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Claimable;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Dependents;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next step of a Deployment: creates a ReplicaSet, resizes some, or deletes one beyond the history limit. One kind of
 * step per plan: the next plan sees its result.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/deployment_controller.go">deployment_controller.go</a>
 */
public final class DeploymentController implements Controller {
    private static final String NAME = "deployment-controller";
    private static final int SELECTORS = 4096;
    private static final Memo<LabelSelector> SELECTOR = new Memo<>(
            SELECTORS,
            deployment -> LabelSelector.of(deployment.json().tree().path("spec").path("selector")));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.DEPLOYMENTS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.DEPLOYMENTS)) {
            replan.accept(key);
        } else if (key.type().equals(Types.REPLICA_SETS)) {
            affectedBySet(change.before(), image, replan);
            affectedBySet(change.after(), image, replan);
        } else if (key.type().equals(Types.PODS)
                && (change.removes() || PodView.of(change.after()).terminal())) {
            // A Recreate rollout waits for the last old pod.
            OwnerRef owner = PodView.of(change.after()).controller();
            StoredObject set =
                    owner == null ? null : image.get(ObjectKey.of(Types.REPLICA_SETS, key.namespace(), owner.name()));
            affectedBySet(set, image, replan);
        }
    }

    private static void affectedBySet(@Nullable StoredObject set, Image image, Consumer<ObjectKey> replan) {
        if (set == null) {
            return;
        }
        String namespace = set.key().namespace();
        OwnerRef owner = OwnerRef.controllerOf(set);
        if (owner != null) {
            if (owner.kind().equals("Deployment")) {
                replan.accept(ObjectKey.of(Types.DEPLOYMENTS, namespace, owner.name()));
            }
            return;
        }
        image.list(Types.DEPLOYMENTS, namespace).stream()
                .filter(deployment -> SELECTOR.of(deployment).matches(set.labels()))
                .forEach(deployment -> replan.accept(deployment.key()));
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null) {
            return Plan.NOTHING;
        }
        Rollout rollout = Rollout.of(stored);
        List<Step> steps = new ArrayList<>();
        List<ReplicaSetView> claimed = claim(rollout, image, steps);
        if (!steps.isEmpty()) {
            return Plan.of(steps);
        }
        ReplicaSets sets = ReplicaSets.of(rollout, claimed);
        Progress progress = pausing(rollout);
        if (!stored.deleting()) {
            progress = act(rollout, sets, image, steps, progress);
        }
        ObjectNode status = DeploymentStatus.of(rollout, sets, progress, now);
        Command change = StatusChange.of(stored, rollout.status(), status);
        if (change != null) {
            steps.add(Step.of(change));
        }
        Duration timeout =
                DeploymentStatus.untilTimeout(rollout, Conditions.find(status.path("conditions"), "Progressing"), now);
        return new Plan(steps, timeout == null || timeout.isNegative() ? null : timeout.plusSeconds(1));
    }

    /** Its own ReplicaSets; adopts and releases first. */
    private static List<ReplicaSetView> claim(Rollout rollout, Image image, List<Step> steps) {
        Dependents sets = Dependents.of(
                rollout.stored(),
                rollout.asOwner(),
                rollout.selector(),
                Claimable.by(image, Types.REPLICA_SETS, rollout.stored(), rollout.selector()),
                set -> true);
        sets.changes().forEach(change -> steps.add(Step.of(change.command())));
        return sets.own().stream().map(ReplicaSetView::of).toList();
    }

    /** Pausing and resuming are conditions too. */
    private static @Nullable Progress pausing(Rollout rollout) {
        JsonNode current = Conditions.find(rollout.status().path("conditions"), "Progressing");
        String reason = current.path("reason").asText();
        if (rollout.progressDeadline() == null || reason.equals("ProgressDeadlineExceeded")) {
            return null;
        }
        boolean was = reason.equals("DeploymentPaused");
        if (rollout.paused() && !was) {
            return new Progress("Unknown", "DeploymentPaused", "Deployment is paused");
        }
        return !rollout.paused() && was ? new Progress("Unknown", "DeploymentResumed", "Deployment is resumed") : null;
    }

    /** Adds the next steps; returns the reason for the Progressing condition. */
    private static @Nullable Progress act(
            Rollout rollout, ReplicaSets sets, Image image, List<Step> steps, @Nullable Progress progress) {
        ReplicaSetView newest = sets.newest();
        if (newest != null) {
            annotate(rollout, sets, newest, steps);
            if (!steps.isEmpty()) {
                return progress;
            }
        }
        if (rollout.paused() || Sizing.isScaling(rollout, sets)) {
            resize(rollout, sets, Sizing.scaled(rollout, sets), steps);
            if (rollout.paused() || !steps.isEmpty()) {
                return progress;
            }
        }
        return rollout.rolling()
                ? roll(rollout, sets, image, steps, progress)
                : recreate(rollout, sets, image, steps, progress);
    }

    private static @Nullable Progress roll(
            Rollout rollout, ReplicaSets sets, Image image, List<Step> steps, @Nullable Progress progress) {
        ReplicaSetView newest = sets.newest();
        if (newest == null) {
            return create(rollout, sets, image, steps);
        }
        int size = Sizing.ofNewest(rollout, sets, newest.wanted());
        resize(rollout, sets, Map.of(newest.name(), size), steps);
        if (steps.isEmpty()) {
            resize(rollout, sets, Sizing.ofOld(rollout, sets), steps);
        }
        return finish(rollout, sets, steps, progress);
    }

    private static @Nullable Progress recreate(
            Rollout rollout, ReplicaSets sets, Image image, List<Step> steps, @Nullable Progress progress) {
        resize(rollout, sets, Sizing.noneOfOld(sets), steps);
        if (!steps.isEmpty() || oldPodsRun(sets, image)) {
            return progress;
        }
        ReplicaSetView newest = sets.newest();
        if (newest == null) {
            return create(rollout, sets, image, steps);
        }
        resize(rollout, sets, Map.of(newest.name(), rollout.replicas()), steps);
        return finish(rollout, sets, steps, progress);
    }

    private static @Nullable Progress finish(
            Rollout rollout, ReplicaSets sets, List<Step> steps, @Nullable Progress progress) {
        if (steps.isEmpty() && DeploymentStatus.complete(rollout, rollout.status())) {
            forgetOldest(rollout, sets, steps);
        }
        ReplicaSetView newest = sets.newest();
        boolean unnamed = Conditions.find(rollout.status().path("conditions"), "Progressing")
                .isMissingNode();
        return progress == null && unnamed && newest != null && rollout.progressDeadline() != null
                ? new Progress("True", "FoundNewReplicaSet", "Found new replica set \"" + newest.name() + "\"")
                : progress;
    }

    private static boolean oldPodsRun(ReplicaSets sets, Image image) {
        return sets.old().stream()
                .flatMap(set -> image.dependents(set.stored()).stream())
                .filter(pod -> pod.key().type().equals(Types.PODS))
                .anyMatch(pod -> !PodView.of(pod).terminal());
    }

    /** Creates the ReplicaSet of the current template, or records that its name is taken. */
    private static @Nullable Progress create(Rollout rollout, ReplicaSets sets, Image image, List<Step> steps) {
        int collisions = rollout.status().path("collisionCount").asInt();
        String hash = Templates.hash(rollout.template(), collisions);
        ObjectKey key = ObjectKey.of(Types.REPLICA_SETS, rollout.namespace(), rollout.name() + "-" + hash);
        if (image.get(key) != null) {
            ObjectNode status = Json.MAPPER.createObjectNode().put("collisionCount", collisions + 1);
            steps.add(Step.of(Edits.patchStatus(rollout.stored(), status)));
            return null;
        }
        int size = Sizing.ofNewest(rollout, sets, 0);
        ObjectNode body = NewReplicaSet.of(rollout, key, hash, size, sets.maxOldRevision() + 1);
        ObjectEvent event = size == 0 ? null : scaled(rollout, "up", key.name(), 0, size);
        steps.add(Step.of(Edits.create(Types.REPLICA_SETS, rollout.namespace(), body), event)
                .withEventIfRefused(ObjectEvent.warning(
                        rollout.regarding(),
                        "ReplicaSetCreateError",
                        "Failed to create new replica set \"" + key.name() + "\": ",
                        NAME)));
        return rollout.progressDeadline() == null
                ? null
                : new Progress("True", "NewReplicaSetCreated", "Created new replica set \"" + key.name() + "\"");
    }

    /** Revision and sizes on the newest ReplicaSet, and the revision on the Deployment. */
    private static void annotate(Rollout rollout, ReplicaSets sets, ReplicaSetView newest, List<Step> steps) {
        Map<String, String> wanted = Annotations.ofNewest(rollout, newest.annotations(), sets.maxOldRevision() + 1);
        // Sizes change together with the desired-replicas annotation, else a changed number of replicas would not be
        // detected.
        wanted.keySet().removeAll(Annotations.sizes(rollout).keySet());
        boolean sameMinReady =
                newest.tree().path("spec").path("minReadySeconds").asInt(0) == rollout.minReadySeconds();
        if (!newest.annotations().entrySet().containsAll(wanted.entrySet()) || !sameMinReady) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            ObjectNode annotations = patch.putObject("metadata").putObject("annotations");
            wanted.forEach(annotations::put);
            patch.putObject("spec").put("minReadySeconds", rollout.minReadySeconds());
            steps.add(Step.of(Edits.patch(newest.stored(), patch)));
            return;
        }
        String revision = newest.annotations().getOrDefault(Annotations.REVISION, "");
        if (!revision.isEmpty() && !revision.equals(rollout.annotations().get(Annotations.REVISION))) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.putObject("metadata").putObject("annotations").put(Annotations.REVISION, revision);
            steps.add(Step.of(Edits.patch(rollout.stored(), patch)));
        }
    }

    private static void resize(Rollout rollout, ReplicaSets sets, Map<String, Integer> sizes, List<Step> steps) {
        Map<String, String> remembered = Annotations.sizes(rollout);
        for (ReplicaSetView set : sets.all()) {
            Integer size = sizes.get(set.name());
            boolean remembers = set.annotations().entrySet().containsAll(remembered.entrySet());
            if (size == null || size == set.wanted() && remembers) {
                continue;
            }
            ObjectNode patch = Json.MAPPER.createObjectNode();
            ObjectNode annotations = patch.putObject("metadata").putObject("annotations");
            remembered.forEach(annotations::put);
            patch.putObject("spec").put("replicas", size);
            ObjectEvent event = size == set.wanted()
                    ? null
                    : scaled(rollout, size > set.wanted() ? "up" : "down", set.name(), set.wanted(), size);
            steps.add(Step.of(Edits.patch(set.stored(), patch), event));
        }
    }

    private static ObjectEvent scaled(Rollout rollout, String direction, String set, int from, int to) {
        return ObjectEvent.normal(
                rollout.regarding(),
                "ScalingReplicaSet",
                "Scaled %s replica set %s from %d to %d".formatted(direction, set, from, to),
                NAME);
    }

    private static void forgetOldest(Rollout rollout, ReplicaSets sets, List<Step> steps) {
        List<ReplicaSetView> alive =
                sets.old().stream().filter(set -> !set.stored().deleting()).toList();
        int tooMany = alive.size() - rollout.historyLimit();
        alive.stream()
                .sorted(Comparator.comparing(ReplicaSetView::revision).thenComparing(ReplicaSetView::created))
                .limit(Math.max(0, tooMany))
                .filter(ReplicaSetView::finished)
                .forEach(set -> steps.add(Step.of(Edits.delete(set.stored(), Propagation.BACKGROUND))));
    }
}
