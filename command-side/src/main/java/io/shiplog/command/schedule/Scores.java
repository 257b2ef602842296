package io.shiplog.command.schedule;

import io.shiplog.command.schedule.NodeState.Load;
import io.shiplog.command.schedule.PluginArgs.Fit;
import io.shiplog.command.schedule.PodDemand.Preference;
import io.shiplog.events.placement.Resources;
import io.shiplog.events.placement.Taint;
import java.util.List;
import java.util.Map;

/**
 * The score plugins with Kubernetes' weights.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
final class Scores {
    /** The scores of the default profile, with arguments. */
    static List<Score> of(PluginArgs args) {
        return List.of(
                new Score("TaintToleration", 3, Scores::avoidedTaints, Scores::fewerIsBetter),
                new Score(
                        "NodeAffinity",
                        2,
                        (pod, nodes, view) -> preferences(args, pod, nodes, view),
                        Scores::moreIsBetter),
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
                new Score(
                        "NodeResourcesFit",
                        1,
                        (pod, nodes, view) -> allocated(args.fit(), pod, nodes, view),
                        Scores::asItIs),
                new Score(
                        "NodeResourcesBalancedAllocation",
                        1,
                        (pod, nodes, view) -> balanced(args.balanced(), pod, nodes, view),
                        Scores::asItIs),
                new Score("ImageLocality", 1, Scores::images, Scores::asItIs));
    }

    private static final long MEBIBYTE = 1024 * 1024;
    /** Smaller images are pulled so fast that they count nothing. */
    private static final long LEAST_IMAGE = 23 * MEBIBYTE;

    private static final long MOST_OF_A_CONTAINER = 1000 * MEBIBYTE;

    private Scores() {}

    private static double[] avoidedTaints(PodDemand pod, int[] nodes, ClusterView view) {
        double[] raw = new double[nodes.length];
        for (int i = 0; i < raw.length; i++) {
            NodeState node = view.table().at(nodes[i]);
            for (Taint taint :
                    node.room().open() ? List.<Taint>of() : node.offer().taints()) {
                raw[i] += taint.effect().equals("PreferNoSchedule") && !pod.tolerates(taint) ? 1 : 0;
            }
        }
        return raw;
    }

    private static double[] preferences(PluginArgs args, PodDemand pod, int[] nodes, ClusterView view) {
        double[] raw = new double[nodes.length];
        for (List<Preference> preferences :
                List.of(pod.preferred(), args.added().preferred())) {
            for (Preference each : preferences) {
                for (int i = 0; i < raw.length; i++) {
                    NodeState node = view.table().at(nodes[i]);
                    raw[i] += each.term().matches(node.name(), node.labels()) ? each.weight() : 0;
                }
            }
        }
        return raw;
    }

    /**
     * What would be requested of a resource with the pod, of what each node offers.
     *
     * @param atLeast whether cpu and memory count with small requests instead of none
     */
    private record Use(String resource, boolean atLeast, double requested) {
        static Use of(String resource, boolean atLeast, PodDemand pod) {
            Load load = Load.of(pod);
            return new Use(
                    resource,
                    atLeast,
                    switch (resource) {
                        case Resources.CPU -> atLeast ? load.cpuAtLeast() : load.cpu();
                        case Resources.MEMORY -> atLeast ? load.memoryAtLeast() : load.memory();
                        default -> pod.needs().requests().of(resource);
                    });
        }

        double used(NodeState node) {
            return requested
                    + switch (resource) {
                        case Resources.CPU ->
                            atLeast
                                    ? node.room().cpuAtLeast()
                                    : node.room().cpu() - node.room().freeCpu();
                        case Resources.MEMORY ->
                            atLeast
                                    ? node.room().memoryAtLeast()
                                    : node.room().memory() - node.room().freeMemory();
                        default -> node.used().of(resource);
                    };
        }

        double offered(NodeState node) {
            return switch (resource) {
                case Resources.CPU -> node.room().cpu();
                case Resources.MEMORY -> node.room().memory();
                default -> node.offer().allocatable().of(resource);
            };
        }
    }

    /** The weighted mean over the resources that the node has. */
    private static double[] allocated(Fit fit, PodDemand pod, int[] nodes, ClusterView view) {
        List<Map.Entry<String, Integer>> entries = List.copyOf(fit.weights().entrySet());
        Use[] uses =
                entries.stream().map(each -> Use.of(each.getKey(), true, pod)).toArray(Use[]::new);
        int[] weightOf = entries.stream().mapToInt(Map.Entry::getValue).toArray();
        double[] raw = new double[nodes.length];
        for (int i = 0; i < raw.length; i++) {
            NodeState node = view.table().at(nodes[i]);
            double sum = 0;
            int weights = 0;
            for (int r = 0; r < uses.length; r++) {
                double offered = uses[r].offered(node);
                if (offered > 0) {
                    sum += fit.strategy().of(uses[r].used(node), offered) * weightOf[r];
                    weights += weightOf[r];
                }
            }
            raw[i] = weights == 0 ? 0 : sum / weights;
        }
        return raw;
    }

    /** The less the shares of resources differ, the better: their standard deviation. */
    private static double[] balanced(List<String> names, PodDemand pod, int[] nodes, ClusterView view) {
        Use[] uses = names.stream().map(name -> Use.of(name, false, pod)).toArray(Use[]::new);
        double[] shares = new double[uses.length];
        double[] raw = new double[nodes.length];
        for (int i = 0; i < raw.length; i++) {
            NodeState node = view.table().at(nodes[i]);
            double sum = 0;
            for (int r = 0; r < uses.length; r++) {
                double offered = uses[r].offered(node);
                shares[r] = offered <= 0 ? 1 : Math.min(1, uses[r].used(node) / offered);
                sum += shares[r];
            }
            double mean = uses.length == 0 ? 0 : sum / uses.length;
            double squares = 0;
            for (double share : shares) {
                squares += (share - mean) * (share - mean);
            }
            raw[i] = (1 - Math.sqrt(uses.length == 0 ? 0 : squares / uses.length)) * Score.MAX;
        }
        return raw;
    }

    /**
     * How much of the pod's images a node has already. An image counts the more, the more nodes have it: so that not all pods come to
     * the first node that pulled it.
     */
    private static double[] images(PodDemand pod, int[] nodes, ClusterView view) {
        List<String> images = pod.wants().images();
        double[] part = new double[images.size()];
        boolean any = false;
        for (int i = 0; i < part.length; i++) {
            part[i] = view.table().withImage(images.get(i))
                    / (double) view.table().size();
            any |= part[i] > 0;
        }
        double most = (double) MOST_OF_A_CONTAINER * pod.wants().containers();
        double[] raw = new double[nodes.length];
        for (int i = 0; any && most > LEAST_IMAGE && i < raw.length; i++) {
            Map<String, Long> there = view.table().at(nodes[i]).offer().images();
            double has = 0;
            for (int j = 0; j < part.length; j++) {
                has += part[j] == 0 ? 0 : Math.floor(there.getOrDefault(images.get(j), 0L) * part[j]);
            }
            raw[i] = Score.MAX * (Math.clamp(has, LEAST_IMAGE, most) - LEAST_IMAGE) / (most - LEAST_IMAGE);
        }
        return raw;
    }

    private static int[] asItIs(double[] raw) {
        int[] scaled = new int[raw.length];
        for (int i = 0; i < raw.length; i++) {
            scaled[i] = (int) raw[i];
        }
        return scaled;
    }

    private static int[] moreIsBetter(double[] raw) {
        double most = most(raw);
        int[] scaled = new int[raw.length];
        for (int i = 0; most > 0 && i < raw.length; i++) {
            scaled[i] = (int) (raw[i] * Score.MAX / most);
        }
        return scaled;
    }

    private static int[] fewerIsBetter(double[] raw) {
        int[] scaled = moreIsBetter(raw);
        for (int i = 0; i < raw.length; i++) {
            scaled[i] = Score.MAX - scaled[i];
        }
        return scaled;
    }

    private static int[] lowerCountIsBetter(double[] raw) {
        double most = 0;
        double least = Double.MAX_VALUE;
        for (double crowd : raw) {
            if (crowd != Spreading.IGNORED) {
                most = Math.max(most, crowd);
                least = Math.min(least, crowd);
            }
        }
        int[] scaled = new int[raw.length];
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != Spreading.IGNORED) {
                scaled[i] = most == 0 ? Score.MAX : (int) (Score.MAX * (most + least - raw[i]) / most);
            }
        }
        return scaled;
    }

    private static int[] minMaxNormalized(double[] raw) {
        double most = most(raw);
        double least = most;
        for (double measure : raw) {
            least = Math.min(least, measure);
        }
        int[] scaled = new int[raw.length];
        for (int i = 0; most > least && i < raw.length; i++) {
            scaled[i] = (int) (Score.MAX * (raw[i] - least) / (most - least));
        }
        return scaled;
    }

    private static double most(double[] raw) {
        double most = raw.length == 0 ? 0 : raw[0];
        for (double measure : raw) {
            most = Math.max(most, measure);
        }
        return most;
    }
}
