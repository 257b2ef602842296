package io.shiplog.command.schedule;

import io.shiplog.command.schedule.Filter.Answer;
import io.shiplog.command.schedule.Filter.NodeCheck;
import io.shiplog.command.schedule.NodeState.Load;
import io.shiplog.command.schedule.PluginArgs.Fit;
import io.shiplog.events.placement.NodeOffer.Shortage;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.placement.Resources;
import io.shiplog.events.placement.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The filters in order: a node is counted in messages under the first filter that it fails.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
final class Filters {
    /** What a pod tolerates to run on a cordoned node. */
    static final Taint CORDONED = new Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");

    /** The filters of the default profile, with arguments. */
    static List<Filter> of(PluginArgs args) {
        return List.of(
                new Filter("NodeUnschedulable", pod -> true, perNode(Filters::unschedulable)),
                new Filter("TaintToleration", pod -> true, perNode(Filters::taints)),
                new Filter(
                        "NodeAffinity",
                        pod -> pod.choosesNodes() || args.added().required() != null,
                        perNode((pod, node) -> affinity(args, pod, node))),
                new Filter("NodePorts", pod -> !pod.needs().hostPorts().isEmpty(), perNode(Filters::ports)),
                new Filter("NodeResourcesFit", pod -> true, (pod, view) -> resources(args.fit(), pod)),
                new Filter("VolumeRestrictions", Filters::hasClaims, VolumeRestrictions::onePod),
                new Filter("NodeVolumeLimits", Filters::hasClaims, VolumeRestrictions::limits),
                new Filter("VolumeBinding", Filters::hasClaims, VolumeBinding::check),
                new Filter("VolumeZone", Filters::hasClaims, VolumeRestrictions::zone),
                new Filter("PodTopologySpread", PodDemand::mustSpread, Spreading::check),
                new Filter("InterPodAffinity", pod -> true, Neighbours::check),
                new Filter("DynamicResources", pod -> pod.wants().devices(), perNode(Filters::devices)));
    }

    private Filters() {}

    private static boolean hasClaims(PodDemand pod) {
        return !pod.claims().isEmpty();
    }

    /** No driver allocates devices: as in a cluster without ResourceSlices. */
    private static Answer devices(PodDemand pod, NodeState node) {
        return Answer.never("cannot allocate all claims");
    }

    private interface PerNode {
        Answer of(PodDemand pod, NodeState node);
    }

    private static BiFunction<PodDemand, ClusterView, NodeCheck> perNode(PerNode check) {
        return (pod, view) -> (at, node) -> check.of(pod, node);
    }

    private static Answer unschedulable(PodDemand pod, NodeState node) {
        boolean away = !node.room().open() && node.offer().unschedulable() && !pod.tolerates(CORDONED);
        return away ? Answer.never("node(s) were unschedulable") : Answer.PASSES;
    }

    private static Answer taints(PodDemand pod, NodeState node) {
        if (node.room().open()) {
            return Answer.PASSES;
        }
        for (Taint taint : node.offer().taints()) {
            if (taint.preventsScheduling() && !pod.tolerates(taint)) {
                return Answer.never("node(s) had untolerated taint " + taint.shown());
            }
        }
        return Answer.PASSES;
    }

    private static Answer affinity(PluginArgs args, PodDemand pod, NodeState node) {
        NodeTerms added = args.added().required();
        if (added != null && !added.matches(node.name(), node.labels())) {
            return Answer.never("node(s) didn't match scheduler-enforced node affinity");
        }
        return pod.chooses(node) ? Answer.PASSES : Answer.never("node(s) didn't match Pod's node affinity/selector");
    }

    private static Answer ports(PodDemand pod, NodeState node) {
        for (PodDemand other : node.pods().values()) {
            if (pod.needs().collides(other.needs().hostPorts())) {
                return Answer.notNow("node(s) didn't have free ports for the requested pod ports");
            }
        }
        return Answer.PASSES;
    }

    private static NodeCheck resources(Fit fit, PodDemand pod) {
        Load load = Load.of(pod);
        List<Map.Entry<String, Long>> others = pod.needs().requests().amounts().entrySet().stream()
                .filter(each ->
                        !each.getKey().equals(Resources.CPU) && !each.getKey().equals(Resources.MEMORY))
                .toList();
        return (at, node) -> fits(load, others, node) ? Answer.PASSES : lacking(fit, pod, node);
    }

    private static boolean fits(Load pod, List<Map.Entry<String, Long>> others, NodeState node) {
        boolean fits = node.room().freePods() > 0
                && (pod.cpu() <= 0 || pod.cpu() <= node.room().freeCpu())
                && (pod.memory() <= 0 || pod.memory() <= node.room().freeMemory());
        for (int i = 0; fits && i < others.size(); i++) {
            String name = others.get(i).getKey();
            long requested = others.get(i).getValue();
            fits = requested <= 0
                    || requested
                            <= node.offer().allocatable().of(name) - node.used().of(name);
        }
        return fits;
    }

    /** A request above the node's capacity never fits. */
    private static Answer lacking(Fit fit, PodDemand pod, NodeState node) {
        List<String> lacking = new ArrayList<>();
        boolean resolvable = true;
        for (Shortage shortage : node.offer()
                .shortages(pod.needs().requests(), node.used(), node.pods().size())) {
            if (fit.ignores(shortage.resource())) {
                continue;
            }
            lacking.add(
                    shortage.resource().equals(Resources.PODS)
                            ? "Too many pods"
                            : "Insufficient " + shortage.resource());
            resolvable &= shortage.fitsAlone();
        }
        return new Answer(lacking, resolvable);
    }
}
