package io.shiplog.command.schedule;

import io.shiplog.command.control.view.Taint;
import io.shiplog.command.schedule.Filter.NodeCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The filters in their order: the first that a node does not pass says why.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
final class Filters {
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final List<String> PASSES = List.of();

    static final List<Filter> ALL = List.of(
            new Filter("NodeUnschedulable", pod -> true, perNode(Filters::unschedulable), false),
            new Filter("TaintToleration", pod -> true, perNode(Filters::taints), false),
            new Filter(
                    "NodeAffinity",
                    pod -> !pod.nodeSelector().isEmpty() || pod.required() != null,
                    perNode(Filters::affinity),
                    false),
            new Filter("NodePorts", pod -> !pod.hostPorts().isEmpty(), perNode(Filters::ports), true),
            new Filter("NodeResourcesFit", pod -> true, perNode(Filters::resources), true),
            new Filter(
                    "PodTopologySpread",
                    pod -> pod.spreads().stream().anyMatch(PodDemand.Spread::must),
                    Spreading::check,
                    true),
            new Filter("InterPodAffinity", pod -> true, Neighbours::check, true));

    private Filters() {}

    private interface PerNode {
        List<String> whyNot(PodDemand pod, NodeState node);
    }

    private static java.util.function.BiFunction<PodDemand, ClusterView, NodeCheck> perNode(PerNode check) {
        return (pod, view) -> node -> check.whyNot(pod, node);
    }

    private static List<String> unschedulable(PodDemand pod, NodeState node) {
        boolean away = node.offer().unschedulable() && !pod.tolerates(new Taint(UNSCHEDULABLE, "", "NoSchedule"));
        return away ? List.of("node(s) were unschedulable") : PASSES;
    }

    private static List<String> taints(PodDemand pod, NodeState node) {
        for (Taint taint : node.offer().taints()) {
            if (taint.keepsAway() && !pod.tolerates(taint)) {
                return List.of("node(s) had untolerated taint " + taint.shown());
            }
        }
        return PASSES;
    }

    private static List<String> affinity(PodDemand pod, NodeState node) {
        boolean matches = pod.nodeSelector().entrySet().stream()
                        .allMatch(each -> each.getValue().equals(node.labels().get(each.getKey())))
                && (pod.required() == null || pod.required().matches(node));
        return matches ? PASSES : List.of("node(s) didn't match Pod's node affinity/selector");
    }

    private static List<String> ports(PodDemand pod, NodeState node) {
        for (PodDemand other : node.pods().values()) {
            for (PodDemand.HostPort taken : other.hostPorts()) {
                if (pod.hostPorts().stream().anyMatch(taken::collides)) {
                    return List.of("node(s) didn't have free ports for the requested pod ports");
                }
            }
        }
        return PASSES;
    }

    private static List<String> resources(PodDemand pod, NodeState node) {
        Resources offered = node.offer().allocatable();
        List<String> lacking = new ArrayList<>();
        if (node.pods().size() + 1 > offered.of(Resources.PODS)) {
            lacking.add("Too many pods");
        }
        for (Map.Entry<String, Long> asked : pod.requests().amounts().entrySet()) {
            String name = asked.getKey();
            if (asked.getValue() > offered.of(name) - node.used().of(name)) {
                lacking.add("Insufficient " + name);
            }
        }
        return lacking;
    }
}
