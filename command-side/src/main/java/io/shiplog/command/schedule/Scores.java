package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PluginArgs.Fit;
import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.events.placement.Resources;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/**
 * The score plugins with Kubernetes' weights.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
final class Scores {
    /** The scores of the default profile, with arguments. */
    static List<Score> of(PluginArgs args) {
        return List.of(
                new Score("TaintToleration", 3, each(Scores::avoidedTaints), Scores::fewerIsBetter),
                new Score("NodeAffinity", 2, each((pod, node) -> preferences(args, pod, node)), Scores::moreIsBetter),
                new Score(
                        "PodTopologySpread",
                        2,
                        (pod, nodes, view) -> Spreading.crowds(args.spread(), pod, nodes, view),
                        Scores::lowerCountIsBetter),
                new Score(
                        "InterPodAffinity",
                        2,
                        (pod, nodes, view) -> Neighbours.wishes(args.neighbourhood(), pod, nodes, view),
                        Scores::minMaxNormalized),
                new Score("NodeResourcesFit", 1, each((pod, node) -> allocated(args.fit(), pod, node)), Scores::asItIs),
                new Score(
                        "NodeResourcesBalancedAllocation",
                        1,
                        each((pod, node) -> balanced(args.balanced(), pod, node)),
                        Scores::asItIs),
                new Score("ImageLocality", 1, Scores::images, Scores::asItIs));
    }

    private static final long MEBIBYTE = 1024 * 1024;
    /** Smaller images are pulled so fast that they count nothing. */
    private static final long LEAST_IMAGE = 23 * MEBIBYTE;

    private static final long MOST_OF_A_CONTAINER = 1000 * MEBIBYTE;

    private Scores() {}

    private interface OfNode {
        double of(PodDemand pod, NodeState node);
    }

    private static Score.ByNode each(OfNode measure) {
        return (pod, nodes, view) ->
                nodes.stream().mapToDouble(node -> measure.of(pod, node)).toArray();
    }

    private static double avoidedTaints(PodDemand pod, NodeState node) {
        return node.offer().taints().stream()
                .filter(taint -> taint.effect().equals("PreferNoSchedule") && !pod.tolerates(taint))
                .count();
    }

    private static double preferences(PluginArgs args, PodDemand pod, NodeState node) {
        return Stream.concat(pod.preferred().stream(), args.added().preferred().stream())
                .filter(each -> each.term().matches(node.name(), node.labels()))
                .mapToInt(Preference::weight)
                .sum();
    }

    /** The weighted mean over the resources that the node has. */
    private static double allocated(Fit fit, PodDemand pod, NodeState node) {
        double sum = 0;
        int weights = 0;
        for (Map.Entry<String, Integer> each : fit.weights().entrySet()) {
            String name = each.getKey();
            double offered = node.offer().allocatable().of(name);
            if (offered > 0) {
                boolean least = name.equals(Resources.CPU) || name.equals(Resources.MEMORY);
                double used = least
                        ? node.usedAtLeast().of(name)
                                + (double) NodeState.atLeast(pod).of(name)
                        : node.used().of(name) + (double) pod.needs().requests().of(name);
                sum += fit.strategy().of(used, offered) * each.getValue();
                weights += each.getValue();
            }
        }
        return weights == 0 ? 0 : sum / weights;
    }

    /** The less the shares of resources differ, the better: their standard deviation. */
    private static double balanced(List<String> names, PodDemand pod, NodeState node) {
        double[] shares =
                names.stream().mapToDouble(name -> share(pod, node, name)).toArray();
        double mean = Arrays.stream(shares).average().orElse(0);
        double variance = Arrays.stream(shares)
                .map(share -> (share - mean) * (share - mean))
                .average()
                .orElse(0);
        return (1 - Math.sqrt(variance)) * Score.MAX;
    }

    private static double share(PodDemand pod, NodeState node, String name) {
        double offered = node.offer().allocatable().of(name);
        double used = node.used().of(name) + (double) pod.needs().requests().of(name);
        return offered <= 0 ? 1 : Math.min(1, used / offered);
    }

    /**
     * How much of the pod's images a node has already. An image counts the more, the more nodes have it: so that not all pods come to
     * the first node that pulled it.
     */
    private static double[] images(PodDemand pod, List<NodeState> nodes, ClusterView view) {
        if (pod.wants().images().isEmpty()) {
            return new double[nodes.size()];
        }
        List<NodeState> all = view.nodes();
        Map<String, Integer> owners = new HashMap<>();
        for (String image : Set.copyOf(pod.wants().images())) {
            owners.put(image, (int) all.stream()
                    .filter(node -> node.offer().images().containsKey(image))
                    .count());
        }
        double most = (double) MOST_OF_A_CONTAINER * pod.wants().containers();
        return nodes.stream()
                .mapToDouble(node -> {
                    double has = 0;
                    for (String image : pod.wants().images()) {
                        long bytes = node.offer().images().getOrDefault(image, 0L);
                        has += Math.floor(bytes * (owners.getOrDefault(image, 0) / (double) all.size()));
                    }
                    double within = Math.clamp(has, LEAST_IMAGE, Math.max(most, LEAST_IMAGE));
                    return most <= LEAST_IMAGE ? 0 : Score.MAX * (within - LEAST_IMAGE) / (most - LEAST_IMAGE);
                })
                .toArray();
    }

    private static int[] asItIs(double[] raw) {
        return scaled(raw, measure -> measure);
    }

    private static int[] moreIsBetter(double[] raw) {
        double most = Arrays.stream(raw).max().orElse(0);
        return scaled(raw, measure -> most <= 0 ? 0 : measure * Score.MAX / most);
    }

    private static int[] fewerIsBetter(double[] raw) {
        return Arrays.stream(moreIsBetter(raw)).map(score -> Score.MAX - score).toArray();
    }

    private static int[] lowerCountIsBetter(double[] raw) {
        double[] asked =
                Arrays.stream(raw).filter(crowd -> crowd != Spreading.IGNORED).toArray();
        double most = Arrays.stream(asked).max().orElse(0);
        double least = Arrays.stream(asked).min().orElse(0);
        return scaled(
                raw,
                crowd -> crowd == Spreading.IGNORED
                        ? 0
                        : most == 0 ? Score.MAX : Score.MAX * (most + least - crowd) / most);
    }

    private static int[] minMaxNormalized(double[] raw) {
        double most = Arrays.stream(raw).max().orElse(0);
        double least = Arrays.stream(raw).min().orElse(0);
        return scaled(raw, measure -> most == least ? 0 : Score.MAX * (measure - least) / (most - least));
    }

    private static int[] scaled(double[] raw, DoubleUnaryOperator scale) {
        return Arrays.stream(raw).map(scale).mapToInt(score -> (int) score).toArray();
    }
}
