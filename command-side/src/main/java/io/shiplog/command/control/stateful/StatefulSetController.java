package io.shiplog.command.control.stateful;

import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.sets.FailedPods;
import io.shiplog.command.control.sets.History;
import io.shiplog.command.control.sets.Revision;
import io.shiplog.command.control.sets.SetKind;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.events.command.Command;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the pods of StatefulSets: their names, their claims, their order and their revisions.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/">StatefulSets</a>
 */
public final class StatefulSetController implements Controller {
    private final FailedPods failed = new FailedPods();

    @Override
    public String name() {
        return "statefulset-controller";
    }

    @Override
    public boolean actsForItsObject() {
        return true;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.STATEFUL_SETS).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (!key.type().equals(PersistentVolumeClaimKind.TYPE)) {
            SetKind.STATEFUL_SET.affected(change, image, replan);
            return;
        }
        // A claim is named TEMPLATE-SET-ORDINAL.
        int hyphen = key.name().lastIndexOf('-');
        String claim = hyphen < 0 ? "" : key.name().substring(0, hyphen);
        image.list(Types.STATEFUL_SETS, key.namespace()).stream()
                .filter(set -> claim.endsWith("-" + set.key().name()))
                .forEach(set -> replan.accept(set.key()));
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null) {
            failed.forget(key);
            return Plan.NOTHING;
        }
        StatefulSpec spec = StatefulSpec.of(stored);
        List<Step> steps = new ArrayList<>();
        List<StatefulPod> pods =
                spec
                        .set()
                        .claimPods(image, pod -> spec.ordinalOf(pod.name()) != StatefulSpec.NO_ORDINAL, steps)
                        .stream()
                        .map(pod -> new StatefulPod(pod, spec.ordinalOf(pod.name())))
                        .sorted(Comparator.comparingInt(StatefulPod::ordinal))
                        .toList();
        History history = History.of(spec.set(), image, steps);
        Step missing = stored.deleting() ? null : history.missing();
        Revision update = history.newest();
        if (missing != null) {
            steps.add(missing);
        }
        if (!steps.isEmpty() || update == null) {
            return Plan.of(steps);
        }
        Revision known =
                history.named(spec.set().status().path("currentRevision").asText());
        Revision current = known == null ? update : known;
        Duration wait = null;
        if (!stored.deleting()) {
            StatefulPlan plan = new StatefulPlan(spec, pods, image, current, update, failed, now);
            steps.addAll(plan.steps());
            steps.addAll(history.forget(live(pods, current, update)));
            wait = plan.untilNextReplacement();
        }
        Command status = StatusChange.of(
                stored, spec.set().status(), StatefulStatus.of(spec, pods, current.name(), update.name(), now));
        if (status != null) {
            steps.add(Step.of(status));
        }
        List<PodView> views = pods.stream().map(StatefulPod::view).toList();
        Duration ready = PodView.untilNextIsAvailable(views, spec.set().minReady(), now);
        return new Plan(steps, wait == null || ready != null && ready.compareTo(wait) < 0 ? ready : wait);
    }

    private static Set<String> live(List<StatefulPod> pods, Revision current, Revision update) {
        Set<String> live = new HashSet<>(List.of(current.name(), update.name()));
        pods.forEach(pod -> live.add(pod.revision()));
        return live;
    }
}
