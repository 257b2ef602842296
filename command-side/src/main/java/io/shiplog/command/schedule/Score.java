package io.shiplog.command.schedule;

import java.util.List;

/**
 * How well a pod would do on each of some nodes, 0 to 100.
 *
 * @param weight how much it counts beside the others
 */
record Score(String name, int weight, ByNode byNode) {
    static final int MAX = 100;

    /** A score for each of the nodes, in their order. */
    @FunctionalInterface
    interface ByNode {
        double[] of(PodDemand pod, List<NodeState> nodes, ClusterView view);
    }
}
