package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Weighted;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The placed pods by what terms of affinity and spread can tell apart: the pods of one template are one crowd, so that a term is
 * compared with a template and not with each of its pods. Immutable.
 *
 * @param nodes of each crowd, the number of its pods by node
 * @param withAffinity the number of pods with pod affinity
 */
record Crowds(PMap<Crowd, PMap<String, Integer>> nodes, int withAffinity) {
    static final Crowds NONE = new Crowds(HashTreePMap.empty(), 0);

    /** What pods of one template have in common. */
    record Crowd(
            String namespace,
            Map<String, String> labels,
            boolean deleting,
            List<Neighbour> near,
            List<Neighbour> far,
            List<Weighted> wishes) {
        static Crowd of(PodDemand pod) {
            return new Crowd(pod.key().namespace(), pod.labels(), pod.deleting(), pod.near(), pod.far(), pod.wishes());
        }
    }

    /** What is done for the pods of a crowd on a node. */
    @FunctionalInterface
    interface OnNode {
        void take(NodeState node, int pods);
    }

    Crowds with(PodDemand pod, String node) {
        return changed(pod, node, 1);
    }

    Crowds without(PodDemand pod, String node) {
        return changed(pod, node, -1);
    }

    private Crowds changed(PodDemand pod, String node, int more) {
        Crowd crowd = Crowd.of(pod);
        PMap<String, Integer> there = nodes.get(crowd);
        PMap<String, Integer> before = there == null ? HashTreePMap.empty() : there;
        int count = before.getOrDefault(node, 0) + more;
        PMap<String, Integer> after = count == 0 ? before.minus(node) : before.plus(node, count);
        return new Crowds(
                after.isEmpty() ? nodes.minus(crowd) : nodes.plus(crowd, after),
                withAffinity + (pod.hasPodAffinity() ? more : 0));
    }

    /** Visits the existing nodes of each crowd of a kind. */
    void each(Predicate<Crowd> which, ClusterView view, OnNode visitor) {
        nodes.forEach((crowd, there) -> {
            if (which.test(crowd)) {
                visit(there, view, visitor);
            }
        });
    }

    /** Visits the existing nodes of one crowd. */
    static void visit(Map<String, Integer> crowd, ClusterView view, OnNode visitor) {
        crowd.forEach((name, pods) -> {
            NodeState node = view.node(name);
            if (node != null) {
                visitor.take(node, pods);
            }
        });
    }
}
