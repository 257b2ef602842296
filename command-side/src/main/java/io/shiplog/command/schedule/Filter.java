package io.shiplog.command.schedule;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A reason why a pod does not fit a node. To add one, see {@code docs/recipes/add-a-scheduler-filter.md}.
 *
 * @param name of Kubernetes' plugin
 * @param applies whether the filter applies to the pod
 * @param forPod prepares what is the same for all nodes, and returns the check of one node
 */
record Filter(String name, Predicate<PodDemand> applies, BiFunction<PodDemand, ClusterView, NodeCheck> forPod) {

    /** A check that every node passes: it is left out. */
    static final NodeCheck ALL_PASS = (at, node) -> Answer.PASSES;

    /** Returns why the pod does not fit a node. */
    @FunctionalInterface
    interface NodeCheck {
        /** @param at the node's position in the {@link NodeTable} of the view */
        Answer of(int at, NodeState node);
    }

    /**
     * The result of a check.
     *
     * @param reasons Kubernetes' messages; none if the node passes
     * @param resolvable whether the node may pass once other pods are gone
     */
    record Answer(List<String> reasons, boolean resolvable) {
        static final Answer PASSES = new Answer(List.of(), true);

        /** Not with the current pods. */
        static Answer notNow(String reason) {
            return new Answer(List.of(reason), true);
        }

        /** Not even without other pods. */
        static Answer never(String reason) {
            return new Answer(List.of(reason), false);
        }

        boolean passes() {
            return reasons.isEmpty();
        }
    }
}
