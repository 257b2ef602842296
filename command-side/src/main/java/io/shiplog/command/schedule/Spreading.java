package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PluginArgs.Default;
import io.shiplog.command.schedule.PodDemand.Spread;
import io.shiplog.events.placement.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Topology spread, required and preferred.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">Topology spread</a>
 */
final class Spreading {
    private static final String REASON = "node(s) didn't match pod topology spread constraints";
    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    /** Kubernetes' default constraints let zones differ by five and hosts by three. */
    private static final int ZONE_SKEW = 5;

    private static final int HOST_SKEW = 3;
    private static final List<Default> OF_KUBERNETES =
            List.of(new Default(HOSTNAME, HOST_SKEW), new Default(ZONE, ZONE_SKEW));

    /** The raw score of a node without the topology labels of a pod's constraints. */
    static final double IGNORED = -1;

    private Spreading() {}

    /** The filter: constraints with {@code DoNotSchedule}. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        List<Spread> duties = pod.spreads().stream().filter(Spread::must).toList();
        List<Map<String, Integer>> counts =
                duties.stream().map(duty -> count(pod, duty, duties, view)).toList();
        return node -> {
            for (int i = 0; i < duties.size(); i++) {
                Spread duty = duties.get(i);
                String domain = node.labels().get(duty.topologyKey());
                if (domain == null) {
                    return Answer.never(REASON + " (missing required label)");
                }
                Map<String, Integer> count = counts.get(i);
                int own = duty.selector().matches(pod.labels()) ? 1 : 0;
                if (count.getOrDefault(domain, 0) + own - least(duty, count) > duty.maxSkew()) {
                    return Answer.notNow(REASON);
                }
            }
            return Answer.PASSES;
        };
    }

    /** Matching pods per domain, over the nodes that count for the constraint and have all topology keys. */
    private static Map<String, Integer> count(PodDemand pod, Spread duty, List<Spread> duties, ClusterView view) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeState node : view.nodes()) {
            String domain = node.labels().get(duty.topologyKey());
            if (domain != null && hasKeys(node, duties) && counts(pod, duty, node)) {
                counts.putIfAbsent(domain, 0);
            }
        }
        view.crowds().each(crowd -> matches(pod, duty, crowd), view, (node, pods) -> {
            String domain = node.labels().get(duty.topologyKey());
            if (domain != null && hasKeys(node, duties) && counts(pod, duty, node)) {
                counts.merge(domain, pods, Integer::sum);
            }
        });
        return counts;
    }

    private static boolean hasKeys(NodeState node, List<Spread> spreads) {
        for (Spread each : spreads) {
            if (!node.labels().containsKey(each.topologyKey())) {
                return false;
            }
        }
        return true;
    }

    /** Whether a node counts, by the constraint's nodeAffinityPolicy and nodeTaintsPolicy. */
    private static boolean counts(PodDemand pod, Spread spread, NodeState node) {
        boolean tolerated = !spread.honorsTaints()
                || node.offer().taints().stream()
                        .filter(Taint::preventsScheduling)
                        .allMatch(pod::tolerates);
        return tolerated && (!spread.honorsAffinity() || pod.chooses(node));
    }

    private static boolean matches(PodDemand pod, Spread spread, Crowds.Crowd crowd) {
        return crowd.namespace().equals(pod.key().namespace())
                && !crowd.deleting()
                && spread.selector().matches(crowd.labels());
    }

    /** The number of matching pods by node. */
    private static Map<String, Integer> matching(PodDemand pod, Spread spread, ClusterView view) {
        Map<String, Integer> matching = new HashMap<>();
        view.crowds()
                .each(
                        crowd -> matches(pod, spread, crowd),
                        view,
                        (node, pods) -> matching.merge(node.name(), pods, Integer::sum));
        return matching;
    }

    private static int least(Spread duty, Map<String, Integer> counts) {
        return counts.size() < duty.minDomains()
                ? 0
                : counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /**
     * The raw score of nodes that fit: the number of matching pods in their domains. By constraints with {@code
     * ScheduleAnyway}; for a pod without constraints by defaults, which spread pods of one owner.
     *
     * @param defaults null for Kubernetes' own
     */
    static double[] crowds(@Nullable List<Default> defaults, PodDemand pod, List<NodeState> nodes, ClusterView view) {
        List<Spread> wishes =
                pod.spreads().stream().filter(each -> !each.must()).toList();
        List<DomainCounts> crowds = wishes.isEmpty()
                ? byDefault(defaults == null ? OF_KUBERNETES : defaults, pod, nodes, view)
                : asRequested(pod, wishes, nodes, view);
        if (crowds.isEmpty()) {
            return new double[nodes.size()];
        }
        return nodes.stream()
                .mapToDouble(node -> hasKeys(node, wishes)
                        ? Math.round(crowds.stream()
                                .mapToDouble(crowd -> crowd.at(node))
                                .sum())
                        : IGNORED)
                .toArray();
    }

    private static List<DomainCounts> asRequested(
            PodDemand pod, List<Spread> wishes, List<NodeState> nodes, ClusterView view) {
        List<NodeState> asked =
                nodes.stream().filter(node -> hasKeys(node, wishes)).toList();
        List<DomainCounts> crowds = new ArrayList<>();
        for (Spread wish : wishes) {
            List<NodeState> counted = view.nodes().stream()
                    .filter(node -> hasKeys(node, wishes) && counts(pod, wish, node))
                    .toList();
            Map<String, Integer> matching = matching(pod, wish, view);
            crowds.add(DomainCounts.of(
                    wish.topologyKey(), wish.maxSkew(), asked, counted, node -> matching.getOrDefault(node.name(), 0)));
        }
        return crowds;
    }

    private static List<DomainCounts> byDefault(
            List<Default> defaults, PodDemand pod, List<NodeState> nodes, ClusterView view) {
        if (!pod.spreads().isEmpty() || pod.owner().isEmpty()) {
            return List.of();
        }
        ToIntFunction<NodeState> siblings = node -> node.owners().getOrDefault(pod.owner(), 0);
        return defaults.stream()
                .map(each -> DomainCounts.of(each.topologyKey(), each.maxSkew(), nodes, view.nodes(), siblings))
                .toList();
    }

    /** The number of pods in each domain of the nodes. */
    private record DomainCounts(String key, int maxSkew, Map<String, Integer> counts) {
        static DomainCounts of(
                String key,
                int maxSkew,
                List<NodeState> asked,
                List<NodeState> counted,
                ToIntFunction<NodeState> count) {
            Map<String, Integer> counts = new HashMap<>();
            for (NodeState node : asked) {
                String domain = node.labels().get(key);
                if (domain != null) {
                    counts.put(domain, 0);
                }
            }
            for (NodeState node : counted) {
                String domain = node.labels().get(key);
                if (domain != null && counts.containsKey(domain)) {
                    counts.merge(domain, count.applyAsInt(node), Integer::sum);
                }
            }
            return new DomainCounts(key, maxSkew, counts);
        }

        /** The fewer domains there are, the less one more pod in one of them weighs. */
        double at(NodeState node) {
            Integer inDomain = counts.get(node.labels().getOrDefault(key, ""));
            return inDomain == null ? 0 : inDomain * Math.log(counts.size() + 2.0) + (maxSkew - 1);
        }
    }
}
