package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.PluginArgs.Neighbourhood;
import io.shiplog.command.schedule.PodDemand.Neighbour;
import io.shiplog.command.schedule.PodDemand.Weighted;
import java.util.ArrayList;
import java.util.List;

/**
 * Inter-pod affinity and anti-affinity.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity">Inter-pod
 *     affinity</a>
 */
final class Neighbours {
    private static final Answer NO_AFFINITY = Answer.never("node(s) didn't match pod affinity rules");
    private static final Answer ANTI_AFFINITY = Answer.notNow("node(s) didn't match pod anti-affinity rules");
    private static final Answer REFUSED = Answer.notNow("node(s) didn't satisfy existing pods anti-affinity rules");

    private Neighbours() {}

    /** The filter: required terms. */
    static NodeCheck check(PodDemand pod, ClusterView view) {
        Tally[] wanted = wanted(pod, view);
        Tally[] unwanted = unwanted(pod, view);
        Tally[] refused = rejectedByOthers(pod, view);
        if (wanted.length + unwanted.length + refused.length == 0) {
            return Filter.ALL_PASS;
        }
        // The first pod of a group with affinity to itself may go to any node with the topology label.
        boolean first = areEmpty(wanted) && pod.near().stream().allMatch(wish -> wish.selects(pod, view));
        return (at, node) -> {
            for (Tally tally : wanted) {
                if (tally.domain(at) == Domains.NONE || !first && tally.at(at) == 0) {
                    return NO_AFFINITY;
                }
            }
            if (anyAt(at, unwanted)) {
                return ANTI_AFFINITY;
            }
            return anyAt(at, refused) ? REFUSED : Answer.PASSES;
        };
    }

    private static boolean anyAt(int position, Tally[] tallies) {
        for (Tally tally : tallies) {
            if (tally.at(position) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean areEmpty(Tally[] tallies) {
        for (Tally tally : tallies) {
            if (!tally.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static Query query(Neighbour term, Query.Which pods) {
        return new Query(term.topologyKey(), pods, Query.Nodes.ALL);
    }

    /** Pods that match all affinity terms, for each term by its topology key: a partial match does not count. */
    private static Tally[] wanted(PodDemand pod, ClusterView view) {
        Query.Which all = new Query.Near(pod.near());
        return pod.near().stream().map(term -> view.tally(query(term, all))).toArray(Tally[]::new);
    }

    /** Pods that this pod's anti-affinity matches. */
    private static Tally[] unwanted(PodDemand pod, ClusterView view) {
        return pod.far().stream()
                .map(term -> view.tally(query(term, new Query.Near(List.of(term)))))
                .toArray(Tally[]::new);
    }

    /** Pods whose anti-affinity matches this pod. */
    private static Tally[] rejectedByOthers(PodDemand pod, ClusterView view) {
        List<Tally> refused = new ArrayList<>();
        for (Neighbour their : view.crowds().far().keySet()) {
            if (their.selects(pod, view)) {
                refused.add(view.tally(query(their, new Query.Refusing(their))));
            }
        }
        return refused.toArray(Tally[]::new);
    }

    /**
     * The raw score of nodes: the pod's preferred terms, and those of existing pods about it.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/plugins/interpodaffinity/scoring.go">scoring.go</a>
     */
    static double[] wishes(Neighbourhood args, PodDemand pod, int[] nodes, ClusterView view) {
        double[] raw = new double[nodes.length];
        for (Weighted wish : pod.wishes()) {
            Query matching = query(wish.pods(), new Query.Near(List.of(wish.pods())));
            add(wish.weight(), view.tally(matching), nodes, raw);
        }
        if (!args.ignoresWishesOfOthers()) {
            for (Weighted their : view.crowds().wishes().keySet()) {
                if (their.pods().selects(pod, view)) {
                    add(their.weight(), view.tally(query(their.pods(), new Query.Preferring(their))), nodes, raw);
                }
            }
        }
        for (Neighbour their : view.crowds().near().keySet()) {
            if (their.selects(pod, view)) {
                add(args.hardWeight(), view.tally(query(their, new Query.Requiring(their))), nodes, raw);
            }
        }
        return raw;
    }

    private static void add(int weight, Tally tally, int[] nodes, double[] raw) {
        if (!tally.isEmpty()) {
            for (int i = 0; i < nodes.length; i++) {
                raw[i] += (double) weight * tally.at(nodes[i]);
            }
        }
    }
}
