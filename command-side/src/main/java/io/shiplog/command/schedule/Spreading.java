package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PodDemand.Spread;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Spreading over domains, as a duty.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">Topology spread</a>
 */
final class Spreading {
    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    private Spreading() {}

    static NodeCheck check(PodDemand pod, ClusterView view) {
        List<Spread> duties = pod.spreads().stream().filter(Spread::must).toList();
        List<Map<String, Integer>> counts =
                duties.stream().map(duty -> count(pod, duty, duties, view)).toList();
        return node -> {
            for (int i = 0; i < duties.size(); i++) {
                Spread duty = duties.get(i);
                String domain = node.labels().get(duty.topologyKey());
                if (domain == null) {
                    return List.of(REASON + " (missing required label)");
                }
                Map<String, Integer> count = counts.get(i);
                int own = duty.selector().matches(pod.labels()) ? 1 : 0;
                if (count.getOrDefault(domain, 0) + own - least(duty, count) > duty.maxSkew()) {
                    return List.of(REASON);
                }
            }
            return List.of();
        };
    }

    /** Matching pods per domain, over the nodes that the pod could go to by its affinity and that have all the keys. */
    private static Map<String, Integer> count(PodDemand pod, Spread duty, List<Spread> duties, ClusterView view) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeState node : view.nodes()) {
            boolean eligible = duties.stream().allMatch(each -> node.labels().containsKey(each.topologyKey()))
                    && (pod.required() == null || pod.required().matches(node))
                    && node.labels().entrySet().containsAll(pod.nodeSelector().entrySet());
            String domain = node.labels().get(duty.topologyKey());
            if (eligible && domain != null) {
                counts.merge(domain, matching(pod, duty, node), Integer::sum);
            }
        }
        return counts;
    }

    static int matching(PodDemand pod, Spread spread, NodeState node) {
        int matching = 0;
        for (PodDemand other : node.pods().values()) {
            boolean same = other.key().namespace().equals(pod.key().namespace());
            matching += same && !other.deleting() && spread.selector().matches(other.labels()) ? 1 : 0;
        }
        return matching;
    }

    private static int least(Spread duty, Map<String, Integer> counts) {
        return counts.size() < duty.minDomains()
                ? 0
                : counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }
}
