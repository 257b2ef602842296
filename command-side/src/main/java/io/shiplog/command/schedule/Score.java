package io.shiplog.command.schedule;

/**
 * A score plugin.
 *
 * @param name of Kubernetes' plugin
 * @param weight the weight of the score
 * @param raw computes the raw values
 * @param scale normalizes raw values to 0 to 100, 100 being best
 */
record Score(String name, int weight, ByNode raw, Scale scale) {
    static final int MAX = 100;

    /** A raw value for each node, in their order. */
    @FunctionalInterface
    interface ByNode {
        /** @param nodes their positions in the {@link NodeTable} of the view */
        double[] of(PodDemand pod, int[] nodes, ClusterView view);
    }

    /** The normalized scores of all nodes that fit. */
    @FunctionalInterface
    interface Scale {
        int[] of(double[] raw);
    }
}
