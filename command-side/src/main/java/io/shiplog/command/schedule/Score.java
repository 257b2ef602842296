package io.shiplog.command.schedule;

import java.util.List;

/**
 * How well a pod would do on each of some nodes.
 *
 * @param name of Kubernetes' plugin
 * @param weight how much it counts beside the others
 * @param raw as the plugin measures it
 * @param scale brings what was measured to 0 to 100, 100 being best
 */
record Score(String name, int weight, ByNode raw, Scale scale) {
    static final int MAX = 100;

    /** A measure for each of the nodes, in their order. */
    @FunctionalInterface
    interface ByNode {
        double[] of(PodDemand pod, List<NodeState> nodes, ClusterView view);
    }

    /** Scores for the measures of all nodes that the pod fits on. */
    @FunctionalInterface
    interface Scale {
        int[] of(double[] raw);
    }
}
