package io.shiplog.command.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where a pod goes, or why it goes nowhere: a pure function. */
sealed interface Placement {

    record OnNode(String node) implements Placement {}

    /** @param message as kube-scheduler words it */
    record Nowhere(String message) implements Placement {}

    /**
     * Decides. The same view, pod and seed give the same placement.
     *
     * @param seed chooses among nodes that are equally good
     */
    static Placement decide(PodDemand pod, ClusterView view, long seed) {
        List<NodeState> nodes = view.nodes();
        if (nodes.isEmpty()) {
            return new Nowhere("no nodes available to schedule pods");
        }
        List<Checked> checks = Filters.ALL.stream()
                .filter(filter -> filter.applies().test(pod))
                .map(filter -> new Checked(filter, filter.forPod().apply(pod, view)))
                .toList();
        List<NodeState> fitting = new ArrayList<>();
        Map<String, Integer> reasons = new TreeMap<>();
        int waiting = 0;
        for (NodeState node : nodes) {
            Filter refusing = null;
            for (Checked check : checks) {
                List<String> whyNot = check.check().whyNot(node);
                if (!whyNot.isEmpty()) {
                    whyNot.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
                    refusing = check.filter();
                    break;
                }
            }
            if (refusing == null) {
                fitting.add(node);
            } else if (refusing.waiting()) {
                waiting++;
            }
        }
        return fitting.isEmpty()
                ? new Nowhere(message(nodes.size(), reasons, waiting))
                : new OnNode(best(pod, fitting, view, seed));
    }

    /** A filter with what it prepared for the pod. */
    record Checked(Filter filter, Filter.NodeCheck check) {}

    private static String best(PodDemand pod, List<NodeState> fitting, ClusterView view, long seed) {
        if (fitting.size() == 1) {
            return fitting.getFirst().name();
        }
        double[] totals = new double[fitting.size()];
        for (Score score : Scores.ALL) {
            double[] scores = score.byNode().of(pod, fitting, view);
            for (int i = 0; i < totals.length; i++) {
                totals[i] += score.weight() * Math.floor(scores[i]);
            }
        }
        int best = 0;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] > totals[best]
                    || totals[i] == totals[best]
                            && lot(pod, fitting.get(i), seed) > lot(pod, fitting.get(best), seed)) {
                best = i;
            }
        }
        return fitting.get(best).name();
    }

    /** A number drawn for a pod and a node: always the same, and spread evenly. */
    private static long lot(PodDemand pod, NodeState node, long seed) {
        long mixed = seed * 0x9E3779B97F4A7C15L
                + pod.uid().hashCode() * 31L
                + node.name().hashCode();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /**
     * {@code 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: …}.
     * Nobody is preempted here (ADR 0402), so no victim is ever found.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go">FitError</a>
     */
    private static String message(int nodes, Map<String, Integer> reasons, int waiting) {
        Map<String, Integer> preemption = new TreeMap<>();
        count(preemption, "No preemption victims found for incoming pod", waiting);
        count(preemption, "Preemption is not helpful for scheduling", nodes - waiting);
        return "0/%d nodes are available: %s. preemption: 0/%d nodes are available: %s."
                .formatted(nodes, counted(reasons), nodes, counted(preemption));
    }

    private static void count(Map<String, Integer> counts, String reason, int count) {
        if (count > 0) {
            counts.put(reason, count);
        }
    }

    private static String counted(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
