package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.command.schedule.PodDemand.Spread;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The scores with Kubernetes' own weights.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
final class Scores {
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    /** Kubernetes' default constraints let zones differ by five and hosts by three. */
    private static final int ZONE_SKEW = 5;

    private static final int HOST_SKEW = 3;

    static final List<Score> ALL = List.of(
            new Score("TaintToleration", 3, Scores::taints),
            new Score("NodeAffinity", 2, Scores::preferences),
            new Score("PodTopologySpread", 2, Scores::spread),
            new Score("NodeResourcesFit", 1, (pod, nodes, view) -> each(nodes, node -> leastAllocated(pod, node))),
            new Score(
                    "NodeResourcesBalancedAllocation",
                    1,
                    (pod, nodes, view) -> each(nodes, node -> balanced(pod, node))));

    private Scores() {}

    private static double[] each(List<NodeState> nodes, ToDoubleFunction<NodeState> score) {
        return nodes.stream().mapToDouble(score).toArray();
    }

    private static double[] taints(PodDemand pod, List<NodeState> nodes, ClusterView view) {
        return inverted(each(
                nodes,
                node -> node.offer().taints().stream()
                        .filter(taint -> taint.effect().equals("PreferNoSchedule") && !pod.tolerates(taint))
                        .count()));
    }

    private static double[] preferences(PodDemand pod, List<NodeState> nodes, ClusterView view) {
        double[] scores = each(
                nodes,
                node -> pod.preferred().stream()
                        .filter(each -> each.term().matches(node))
                        .mapToInt(Preference::weight)
                        .sum());
        double max = Arrays.stream(scores).max().orElse(0);
        return max <= 0
                ? scores
                : Arrays.stream(scores).map(s -> s * Score.MAX / max).toArray();
    }

    /** By the pod's own constraints, else by those that Kubernetes takes where there are none: pods of one owner apart. */
    private static double[] spread(PodDemand pod, List<NodeState> nodes, ClusterView view) {
        double[] crowd = new double[nodes.size()];
        List<Spread> wishes =
                pod.spreads().stream().filter(each -> !each.must()).toList();
        if (!wishes.isEmpty()) {
            for (Spread wish : wishes) {
                add(crowd, wish.topologyKey(), wish.maxSkew(), nodes, view, n -> Spreading.matching(pod, wish, n));
            }
        } else if (pod.spreads().isEmpty() && !pod.owner().isEmpty()) {
            ToDoubleFunction<NodeState> siblings = node -> node.owners().getOrDefault(pod.owner(), 0);
            add(crowd, HOSTNAME, HOST_SKEW, nodes, view, siblings);
            add(crowd, ZONE, ZONE_SKEW, nodes, view, siblings);
        }
        return inverted(crowd);
    }

    /** Adds to each node how crowded its domain is; fewer domains count more, as in Kubernetes. */
    private static void add(
            double[] crowd,
            String topologyKey,
            int maxSkew,
            List<NodeState> nodes,
            ClusterView view,
            ToDoubleFunction<NodeState> count) {
        Map<String, Double> domains = new HashMap<>();
        for (NodeState node : view.nodes()) {
            String domain = node.labels().get(topologyKey);
            if (domain != null) {
                domains.merge(domain, count.applyAsDouble(node), Double::sum);
            }
        }
        double weight = Math.log(domains.size() + 2.0);
        for (int i = 0; i < crowd.length; i++) {
            Double inDomain = domains.get(nodes.get(i).labels().getOrDefault(topologyKey, ""));
            crowd[i] += inDomain == null ? 0 : inDomain * weight + (maxSkew - 1);
        }
    }

    /** The least gets 100, the greatest least. */
    private static double[] inverted(double[] scores) {
        double max = Arrays.stream(scores).max().orElse(0);
        double min = Arrays.stream(scores).min().orElse(0);
        return Arrays.stream(scores)
                .map(score -> max == 0 ? Score.MAX : Score.MAX * (max + min - score) / max)
                .toArray();
    }

    private static double leastAllocated(PodDemand pod, NodeState node) {
        return (free(pod, node, Resources.CPU) + free(pod, node, Resources.MEMORY)) / 2;
    }

    private static double free(PodDemand pod, NodeState node, String name) {
        double offered = node.offer().allocatable().of(name);
        double used =
                node.usedAtLeast().of(name) + (double) NodeState.atLeast(pod).of(name);
        return offered <= 0 || used > offered ? 0 : (offered - used) * Score.MAX / offered;
    }

    private static double balanced(PodDemand pod, NodeState node) {
        double apart = Math.abs(share(pod, node, Resources.CPU) - share(pod, node, Resources.MEMORY));
        return (1 - apart / 2) * Score.MAX;
    }

    private static double share(PodDemand pod, NodeState node, String name) {
        double offered = node.offer().allocatable().of(name);
        double used = node.used().of(name) + (double) pod.requests().of(name);
        return offered <= 0 ? 1 : Math.min(1, used / offered);
    }
}
