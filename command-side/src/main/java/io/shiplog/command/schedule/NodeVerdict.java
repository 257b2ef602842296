package io.shiplog.command.schedule;

import java.util.List;

/**
 * The verdict about one node for a pod: objections, or scores.
 *
 * @param objections of each filter that rejects the node, in the filters' order; messages count the first
 * @param scores of each score plugin; none if there are objections, or if there was no choice
 * @param tieBreaker decides between equal totals, the greatest wins: a hash of the pod's uid and the node's name
 */
public record NodeVerdict(String node, List<Objection> objections, List<PluginScore> scores, long tieBreaker) {
    public NodeVerdict {
        objections = List.copyOf(objections);
        scores = List.copyOf(scores);
    }

    /**
     * The result of one score plugin.
     *
     * @param plugin Kubernetes' name of the plugin
     * @param raw the raw value
     * @param score the normalized value, 0 to 100
     * @param weight the weight of the score
     */
    public record PluginScore(String plugin, double raw, int score, int weight) {
        public int weighted() {
            return score * weight;
        }
    }

    /** Whether the pod fits. */
    public boolean fits() {
        return objections.isEmpty();
    }

    /** The sum of the weighted scores. */
    public int total() {
        return scores.stream().mapToInt(PluginScore::weighted).sum();
    }
}
