package io.shiplog.command.schedule;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A reason for which a pod may not go to a node. To add one, see {@code docs/recipes/add-a-scheduler-filter.md}.
 *
 * @param name of Kubernetes' plugin
 * @param applies whether the filter has anything to say of the pod at all
 * @param forPod prepares what is the same for all nodes, and gives the check of one node
 */
record Filter(String name, Predicate<PodDemand> applies, BiFunction<PodDemand, ClusterView, NodeCheck> forPod) {

    /** Says of one node why the pod may not go there. */
    @FunctionalInterface
    interface NodeCheck {
        Answer of(NodeState node);
    }

    /**
     * What a check says.
     *
     * @param reasons why not, as Kubernetes words it; none if the node passes
     * @param resolvable whether the node may pass once other pods are gone
     */
    record Answer(List<String> reasons, boolean resolvable) {
        static final Answer PASSES = new Answer(List.of(), true);

        /** Not as long as the pods are as they are. */
        static Answer notNow(String reason) {
            return new Answer(List.of(reason), true);
        }

        /** Not, whatever pods go. */
        static Answer never(String reason) {
            return new Answer(List.of(reason), false);
        }

        boolean passes() {
            return reasons.isEmpty();
        }
    }
}
