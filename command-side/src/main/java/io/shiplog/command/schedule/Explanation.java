package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Optional;

/**
 * A scheduling decision with its reasons. The scheduler decides by computing one, so an explanation is always the decision
 * itself: the same pod in the same cluster gives the same.
 *
 * @param nodes the verdict about each node that was looked at, by name: of very many not all are
 * @param preemption the verdicts about nodes considered for preemption, if the pod fits no node
 * @param placement the result
 */
public record Explanation(
        ObjectKey pod, List<NodeVerdict> nodes, List<PreemptionVerdict> preemption, Placement placement) {
    public Explanation {
        nodes = List.copyOf(nodes);
        preemption = List.copyOf(preemption);
    }

    /**
     * The scheduler's decision for a pod on the state of this image. To explain a past decision, pass the image of the revision
     * before the pod's {@code scheduled} event: it contains bindings in flight. Changes in the milliseconds between the
     * scheduler's view and its binding may be missing from the decision.
     *
     * @return empty if there is no such pod; a pod with a node is treated as if it had none
     */
    public static Optional<Explanation> of(Image image, ObjectKey pod) {
        StoredObject stored = image.get(pod);
        if (stored == null) {
            return Optional.empty();
        }
        ClusterView view = ClusterView.of(image);
        return Optional.of(of(PodDemand.of(stored), stored.node() == null ? view : view.without(pod)));
    }

    static Explanation of(PodDemand pod, ClusterView view) {
        return Decision.of(pod, view).explained();
    }
}
