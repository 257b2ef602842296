package io.shiplog.command.schedule;

import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Weighted;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The placed pods by what terms of affinity and spread can tell apart: the pods of one template are one crowd, so that a term is
 * compared with a template and not with each of its pods. Immutable.
 *
 * @param nodes of each crowd, the number of its pods by node
 * @param near the required affinity terms of pods, and the number of crowds that have each
 * @param far the same of required anti-affinity terms
 * @param wishes the same of preferred terms
 */
record Crowds(
        PMap<Crowd, PMap<String, Integer>> nodes,
        PMap<Neighbour, Integer> near,
        PMap<Neighbour, Integer> far,
        PMap<Weighted, Integer> wishes) {
    static final Crowds NONE =
            new Crowds(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    /** What pods of one template have in common. */
    record Crowd(
            String namespace,
            Map<String, String> labels,
            String owner,
            boolean deleting,
            List<Neighbour> near,
            List<Neighbour> far,
            List<Weighted> wishes) {
        static Crowd of(PodDemand pod) {
            return new Crowd(
                    pod.key().namespace(),
                    pod.labels(),
                    pod.owner(),
                    pod.deleting(),
                    pod.near(),
                    pod.far(),
                    pod.wishes());
        }
    }

    /** Whether any pod has a term of pod affinity or anti-affinity. */
    boolean anyTerms() {
        return !(near.isEmpty() && far.isEmpty() && wishes.isEmpty());
    }

    /** The crowds after so many more pods of one on a node. */
    Crowds moved(Crowd crowd, String node, int more) {
        PMap<String, Integer> there = nodes.get(crowd);
        PMap<String, Integer> before = there == null ? HashTreePMap.empty() : there;
        int count = before.getOrDefault(node, 0) + more;
        PMap<String, Integer> after = count == 0 ? before.minus(node) : before.plus(node, count);
        PMap<Crowd, PMap<String, Integer>> next = after.isEmpty() ? nodes.minus(crowd) : nodes.plus(crowd, after);
        int crowds = (there == null ? 1 : 0) - (after.isEmpty() ? 1 : 0);
        return crowds == 0
                ? new Crowds(next, near, far, wishes)
                : new Crowds(
                        next,
                        counted(near, crowd.near(), crowds),
                        counted(far, crowd.far(), crowds),
                        counted(wishes, crowd.wishes(), crowds));
    }

    private static <T> PMap<T, Integer> counted(PMap<T, Integer> counts, List<T> terms, int more) {
        PMap<T, Integer> next = counts;
        for (T term : terms) {
            int count = next.getOrDefault(term, 0) + more;
            next = count == 0 ? next.minus(term) : next.plus(term, count);
        }
        return next;
    }
}
