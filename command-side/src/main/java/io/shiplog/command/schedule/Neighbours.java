package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PluginArgs.Neighbourhood;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Weighted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Inter-pod affinity and anti-affinity.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity">Inter-pod
 *     affinity</a>
 */
final class Neighbours {
    private Neighbours() {}

    /** Values of topology keys. */
    private static final class Domains {
        private final Map<String, Set<String>> byKey = new HashMap<>();

        void add(Neighbour wish, NodeState node) {
            String value = node.labels().get(wish.topologyKey());
            if (value != null) {
                byKey.computeIfAbsent(wish.topologyKey(), key -> new HashSet<>())
                        .add(value);
            }
        }

        boolean has(Neighbour wish, NodeState node) {
            return has(wish.topologyKey(), byKey.getOrDefault(wish.topologyKey(), Set.of()), node);
        }

        boolean hasAnyOf(NodeState node) {
            for (Map.Entry<String, Set<String>> each : byKey.entrySet()) {
                if (has(each.getKey(), each.getValue(), node)) {
                    return true;
                }
            }
            return false;
        }

        boolean isEmpty() {
            return byKey.isEmpty();
        }

        private static boolean has(String key, Set<String> values, NodeState node) {
            String value = node.labels().get(key);
            return value != null && values.contains(value);
        }
    }

    /** The filter: required terms. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        if (!view.anyPodAffinity() && pod.near().isEmpty() && pod.far().isEmpty()) {
            return node -> Answer.PASSES;
        }
        Domains wanted = wanted(pod, view);
        Domains unwanted = unwanted(pod, view);
        Domains refused = rejectedByOthers(pod, view);
        // The first pod of a group with affinity to itself may go to any node with the topology label.
        boolean first = wanted.isEmpty() && pod.near().stream().allMatch(wish -> wish.selects(pod, view));
        return node -> {
            for (Neighbour wish : pod.near()) {
                if (!labelled(wish, node) || !first && !wanted.has(wish, node)) {
                    return Answer.never("node(s) didn't match pod affinity rules");
                }
            }
            for (Neighbour wish : pod.far()) {
                if (unwanted.has(wish, node)) {
                    return Answer.notNow("node(s) didn't match pod anti-affinity rules");
                }
            }
            return refused.hasAnyOf(node)
                    ? Answer.notNow("node(s) didn't satisfy existing pods anti-affinity rules")
                    : Answer.PASSES;
        };
    }

    private static boolean labelled(Neighbour wish, NodeState node) {
        return node.labels().containsKey(wish.topologyKey());
    }

    /** Domains with pods that match all affinity terms: a partial match does not count. */
    private static Domains wanted(PodDemand pod, ClusterView view) {
        Domains wanted = new Domains();
        if (!pod.near().isEmpty()) {
            view.crowds()
                    .each(
                            crowd -> pod.near().stream().allMatch(wish -> wish.selects(crowd, view)),
                            view,
                            (node, pods) -> pod.near().forEach(wish -> wanted.add(wish, node)));
        }
        return wanted;
    }

    /** Domains with pods that this pod's anti-affinity matches. */
    private static Domains unwanted(PodDemand pod, ClusterView view) {
        Domains unwanted = new Domains();
        for (Neighbour wish : pod.far()) {
            view.crowds().each(crowd -> wish.selects(crowd, view), view, (node, pods) -> unwanted.add(wish, node));
        }
        return unwanted;
    }

    /** Domains with pods whose anti-affinity matches this pod. */
    private static Domains rejectedByOthers(PodDemand pod, ClusterView view) {
        Domains refused = new Domains();
        view.crowds().nodes().forEach((crowd, nodes) -> {
            for (Neighbour their : crowd.far()) {
                if (their.selects(pod, view)) {
                    Crowds.visit(nodes, view, (node, pods) -> refused.add(their, node));
                }
            }
        });
        return refused;
    }

    /** Weights of domains, by topology key and value. */
    private static final class Weights {
        private final Map<String, Map<String, Integer>> byKey = new HashMap<>();

        void add(Neighbour wish, int weight, NodeState node, int pods) {
            String value = node.labels().get(wish.topologyKey());
            if (value != null) {
                byKey.computeIfAbsent(wish.topologyKey(), key -> new HashMap<>())
                        .merge(value, weight * pods, Integer::sum);
            }
        }

        double at(NodeState node) {
            int sum = 0;
            for (Map.Entry<String, Map<String, Integer>> each : byKey.entrySet()) {
                String value = node.labels().get(each.getKey());
                sum += value == null ? 0 : each.getValue().getOrDefault(value, 0);
            }
            return sum;
        }
    }

    /**
     * The raw score of nodes: the pod's preferred terms, and those of existing pods about it.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/interpodaffinity/scoring.go">scoring.go</a>
     */
    static double[] wishes(Neighbourhood args, PodDemand pod, List<NodeState> nodes, ClusterView view) {
        if (!view.anyPodAffinity() && pod.wishes().isEmpty()) {
            return new double[nodes.size()];
        }
        Weights weights = new Weights();
        view.crowds().nodes().forEach((crowd, there) -> {
            for (Weighted wish : pod.wishes()) {
                if (wish.pods().selects(crowd, view)) {
                    weigh(wish.pods(), wish.weight(), there, view, weights);
                }
            }
            for (Weighted wish : args.ignoresWishesOfOthers() ? List.<Weighted>of() : crowd.wishes()) {
                if (wish.pods().selects(pod, view)) {
                    weigh(wish.pods(), wish.weight(), there, view, weights);
                }
            }
            for (Neighbour must : crowd.near()) {
                if (must.selects(pod, view)) {
                    weigh(must, args.hardWeight(), there, view, weights);
                }
            }
        });
        return nodes.stream().mapToDouble(weights::at).toArray();
    }

    private static void weigh(
            Neighbour wish, int weight, Map<String, Integer> crowd, ClusterView view, Weights weights) {
        Crowds.visit(crowd, view, (node, pods) -> weights.add(wish, weight, node, pods));
    }
}
