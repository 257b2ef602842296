package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
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
    /** The weight of existing pods' required affinity: Kubernetes' hardPodAffinityWeight. */
    private static final int MUST_WEIGHT = 1;

    private Neighbours() {}

    /** A domain: a topology key and its value. */
    private record Domain(String key, String value) {}

    /** The filter: required terms. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        if (!view.anyPodAffinity() && pod.near().isEmpty() && pod.far().isEmpty()) {
            return node -> Answer.PASSES;
        }
        Set<Domain> wanted = wanted(pod, view);
        Set<Domain> unwanted = unwanted(pod, view);
        Set<Domain> refused = rejectedByOthers(pod, view);
        // The first pod of a group with affinity to itself may go to any node with the topology label.
        boolean first = wanted.isEmpty() && pod.near().stream().allMatch(wish -> wish.selects(pod, view));
        return node -> {
            if (!pod.near().stream()
                    .allMatch(wish -> labelled(wish, node) && (first || wanted.contains(domain(wish, node))))) {
                return Answer.never("node(s) didn't match pod affinity rules");
            }
            if (pod.far().stream().anyMatch(wish -> unwanted.contains(domain(wish, node)))) {
                return Answer.notNow("node(s) didn't match pod anti-affinity rules");
            }
            boolean away = refused.stream()
                    .anyMatch(domain -> domain.value().equals(node.labels().get(domain.key())));
            return away ? Answer.notNow("node(s) didn't satisfy existing pods anti-affinity rules") : Answer.PASSES;
        };
    }

    private static boolean labelled(Neighbour wish, NodeState node) {
        return node.labels().containsKey(wish.topologyKey());
    }

    private static Domain domain(Neighbour wish, NodeState node) {
        return new Domain(wish.topologyKey(), node.labels().getOrDefault(wish.topologyKey(), ""));
    }

    /** Domains with pods that match all affinity terms: a partial match does not count. */
    private static Set<Domain> wanted(PodDemand pod, ClusterView view) {
        Set<Domain> wanted = new HashSet<>();
        for (NodeState node : pod.near().isEmpty() ? List.<NodeState>of() : view.nodes()) {
            if (node.pods().values().stream()
                    .anyMatch(other -> pod.near().stream().allMatch(wish -> wish.selects(other, view)))) {
                pod.near().stream()
                        .filter(wish -> labelled(wish, node))
                        .forEach(wish -> wanted.add(domain(wish, node)));
            }
        }
        return wanted;
    }

    /** Domains with pods that this pod's anti-affinity matches. */
    private static Set<Domain> unwanted(PodDemand pod, ClusterView view) {
        Set<Domain> unwanted = new HashSet<>();
        for (Neighbour wish : pod.far()) {
            for (NodeState node : view.nodes()) {
                if (labelled(wish, node)
                        && node.pods().values().stream().anyMatch(other -> wish.selects(other, view))) {
                    unwanted.add(domain(wish, node));
                }
            }
        }
        return unwanted;
    }

    /** Domains with pods whose anti-affinity matches this pod. */
    private static Set<Domain> rejectedByOthers(PodDemand pod, ClusterView view) {
        Set<Domain> refused = new HashSet<>();
        for (NodeState node : view.nodes()) {
            for (PodDemand other : node.pods().values()) {
                other.far().stream()
                        .filter(their -> labelled(their, node) && their.selects(pod, view))
                        .forEach(their -> refused.add(domain(their, node)));
            }
        }
        return refused;
    }

    /**
     * The raw score of nodes: the pod's preferred terms, and those of existing pods about it.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/interpodaffinity/scoring.go">scoring.go</a>
     */
    static double[] wishes(PodDemand pod, List<NodeState> nodes, ClusterView view) {
        if (!view.anyPodAffinity() && pod.wishes().isEmpty()) {
            return new double[nodes.size()];
        }
        Map<Domain, Integer> weights = new HashMap<>();
        for (NodeState node : view.nodes()) {
            for (PodDemand other : node.pods().values()) {
                weigh(pod.wishes(), other, node, view, weights);
                weigh(other.wishes(), pod, node, view, weights);
                for (Neighbour must : other.near()) {
                    weigh(new Weighted(MUST_WEIGHT, must), pod, node, view, weights);
                }
            }
        }
        return nodes.stream()
                .mapToDouble(node -> weights.entrySet().stream()
                        .filter(each -> each.getKey()
                                .value()
                                .equals(node.labels().get(each.getKey().key())))
                        .mapToInt(Map.Entry::getValue)
                        .sum())
                .toArray();
    }

    private static void weigh(
            List<Weighted> wishes, PodDemand of, NodeState node, ClusterView view, Map<Domain, Integer> weights) {
        wishes.forEach(wish -> weigh(wish, of, node, view, weights));
    }

    private static void weigh(
            Weighted wish, PodDemand of, NodeState node, ClusterView view, Map<Domain, Integer> weights) {
        if (labelled(wish.pods(), node) && wish.pods().selects(of, view)) {
            weights.merge(domain(wish.pods(), node), wish.weight(), Integer::sum);
        }
    }
}
