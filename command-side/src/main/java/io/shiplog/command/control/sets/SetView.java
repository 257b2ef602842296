package io.shiplog.command.control.sets;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Claimable;
import io.shiplog.command.control.view.Dependents;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodView;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A DaemonSet or a StatefulSet as its controller sees it.
 *
 * @param tree the parsed object; read only
 */
public record SetView(SetKind kind, StoredObject stored, JsonNode tree, LabelSelector selector) {
    static final String API_VERSION = "apps/v1";

    private static final int DEFAULT_HISTORY = 10;

    /** The view of a stored set. */
    public static SetView of(SetKind kind, StoredObject stored) {
        JsonNode tree = stored.json().tree();
        return new SetView(
                kind, stored, tree, LabelSelector.of(tree.path("spec").path("selector")));
    }

    public String name() {
        return stored.key().name();
    }

    public String namespace() {
        return stored.key().namespace();
    }

    public JsonNode spec() {
        return tree.path("spec");
    }

    public JsonNode status() {
        return tree.path("status");
    }

    /** The pod template; read only. */
    public JsonNode template() {
        return spec().path("template");
    }

    public long generation() {
        return tree.path("metadata").path("generation").asLong();
    }

    public Duration minReady() {
        return Duration.ofSeconds(spec().path("minReadySeconds").asInt(0));
    }

    /** How many times the name of a new revision was taken. */
    public int collisions() {
        return status().path("collisionCount").asInt(0);
    }

    /** How many old revisions are kept; negative for all. */
    int historyLimit() {
        return spec().path("revisionHistoryLimit").asInt(DEFAULT_HISTORY);
    }

    public Regarding regarding() {
        return Regarding.object(tree);
    }

    /** The reference of its pods and revisions. */
    public OwnerRef asOwner() {
        return OwnerRef.controlledBy(API_VERSION, kind.kind(), name(), stored.uid());
    }

    /**
     * Its pods, finished and terminating ones included. Adopts matching pods without a controller, and releases those that no longer
     * match.
     *
     * @param member whether a pod can be one of this set, whatever its labels
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/controller_ref_manager.go">PodControllerRefManager</a>
     */
    public List<PodView> claimPods(Image image, Predicate<PodView> member, List<Step> steps) {
        return claim(image, Types.PODS, pod -> member.test(PodView.of(pod)), steps).stream()
                .map(PodView::of)
                .toList();
    }

    /** Its own objects of a type; adopts and releases. */
    List<StoredObject> claim(Image image, ResourceType type, Predicate<StoredObject> member, List<Step> steps) {
        Dependents dependents =
                Dependents.of(stored, asOwner(), selector, Claimable.by(image, type, stored, selector), member);
        dependents.changes().forEach(change -> steps.add(Step.of(change.command())));
        return dependents.own();
    }
}
