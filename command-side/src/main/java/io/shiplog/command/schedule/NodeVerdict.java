package io.shiplog.command.schedule;

import java.util.List;

/**
 * What was found of one node for a pod: objections, or scores.
 *
 * @param objections of each filter that keeps the pod away, in the filters' order; the first is the one that messages count
 * @param scores of each scorer; none if there are objections, or if there was nothing to choose
 * @param tieBreaker decides between equal totals, the greatest wins: a hash of the pod's uid and the node's name
 */
public record NodeVerdict(String node, List<Objection> objections, List<PluginScore> scores, long tieBreaker) {
    public NodeVerdict {
        objections = List.copyOf(objections);
        scores = List.copyOf(scores);
    }

    /**
     * What one scorer says.
     *
     * @param plugin by the name of Kubernetes' plugin
     * @param raw as the plugin measures it
     * @param score 0 to 100, by comparison with the other nodes that the pod fits on
     * @param weight how much it counts
     */
    public record PluginScore(String plugin, double raw, int score, int weight) {
        public int weighted() {
            return score * weight;
        }
    }

    /** Whether the pod could go there. */
    public boolean fits() {
        return objections.isEmpty();
    }

    /** The sum of the weighted scores. */
    public int total() {
        return scores.stream().mapToInt(PluginScore::weighted).sum();
    }
}
