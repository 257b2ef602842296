package io.shiplog.command.schedule;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A reason for which a pod may not go to a node. To add one, see {@code docs/recipes/add-a-scheduler-filter.md}.
 *
 * @param applies whether the filter has anything to say of the pod at all
 * @param forPod prepares what is the same for all nodes, and gives the check of one node: no words if it passes, else why not,
 *     as Kubernetes words it
 * @param waiting whether it may pass later if other pods go: what preemption could help
 */
record Filter(
        String name,
        Predicate<PodDemand> applies,
        BiFunction<PodDemand, ClusterView, NodeCheck> forPod,
        boolean waiting) {

    /** Says of one node why the pod may not go there. */
    @FunctionalInterface
    interface NodeCheck {
        List<String> whyNot(NodeState node);
    }
}
