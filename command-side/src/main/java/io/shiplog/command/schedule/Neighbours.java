package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Pods that must be near others, or far from them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity">Inter-pod
 *     affinity</a>
 */
final class Neighbours {
    private Neighbours() {}

    /** A domain: a topology key and its value. */
    private record Domain(String key, String value) {}

    static NodeCheck check(PodDemand pod, ClusterView view) {
        if (!view.anyChoosy() && pod.neighbours().isEmpty()) {
            return node -> List.of();
        }
        Set<Domain> refused = refusedByOthers(pod, view);
        Set<Domain> unwanted = domains(pod, view, near -> !near);
        Set<Domain> wanted = domains(pod, view, near -> near);
        return node -> whyNot(pod, node, refused, unwanted, wanted, view);
    }

    /** Where pods are that do not want this one near. */
    private static Set<Domain> refusedByOthers(PodDemand pod, ClusterView view) {
        Set<Domain> refused = new HashSet<>();
        for (NodeState node : view.nodes()) {
            for (PodDemand other : node.pods().values()) {
                for (Neighbour their : other.neighbours()) {
                    if (!their.near() && their.selects(pod)) {
                        refused.add(domain(their.topologyKey(), node));
                    }
                }
            }
        }
        return refused;
    }

    private static List<String> whyNot(
            PodDemand pod,
            NodeState node,
            Set<Domain> refused,
            Set<Domain> unwanted,
            Set<Domain> wanted,
            ClusterView view) {
        for (Neighbour wish : pod.neighbours()) {
            if (wish.near() && !satisfied(pod, wish, node, wanted, view)) {
                return List.of("node(s) didn't match pod affinity rules");
            }
        }
        for (Neighbour wish : pod.neighbours()) {
            if (!wish.near() && unwanted.contains(domain(wish.topologyKey(), node))) {
                return List.of("node(s) didn't match pod anti-affinity rules");
            }
        }
        boolean away = refused.stream()
                .anyMatch(domain -> domain.value().equals(node.labels().get(domain.key())));
        return away ? List.of("node(s) didn't satisfy existing pods anti-affinity rules") : List.of();
    }

    /** The first of a group that wants to be near its own kind may go anywhere. */
    private static boolean satisfied(
            PodDemand pod, Neighbour wish, NodeState node, Set<Domain> wanted, ClusterView view) {
        if (!node.labels().containsKey(wish.topologyKey())) {
            return false;
        }
        if (wanted.contains(domain(wish.topologyKey(), node))) {
            return true;
        }
        boolean nobodyYet = view.nodes().stream()
                .flatMap(each -> each.pods().values().stream())
                .noneMatch(wish::selects);
        return nobodyYet && wish.selects(pod);
    }

    private static Set<Domain> domains(PodDemand pod, ClusterView view, Predicate<Boolean> kind) {
        Set<Domain> domains = new HashSet<>();
        for (Neighbour wish : pod.neighbours()) {
            if (kind.test(wish.near())) {
                for (NodeState node : view.nodes()) {
                    if (node.labels().containsKey(wish.topologyKey())
                            && node.pods().values().stream().anyMatch(wish::selects)) {
                        domains.add(domain(wish.topologyKey(), node));
                    }
                }
            }
        }
        return domains;
    }

    private static Domain domain(String key, NodeState node) {
        return new Domain(key, node.labels().getOrDefault(key, ""));
    }
}
