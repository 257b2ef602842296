package io.shiplog.node.pod.admission;

import io.shiplog.events.placement.EffectiveResources;
import io.shiplog.events.placement.HostPort;
import io.shiplog.events.placement.NodeNeeds;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.events.placement.NodeOffer.Shortage;
import io.shiplog.events.placement.Resources;
import io.shiplog.events.placement.Taint;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a node runs a pod that is bound to it. The scheduler has asked the same before; a pod that names its node has not been
 * asked, and the node may have changed since. Pure.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go">the kubelet's
 *     predicateAdmitHandler</a>
 */
public final class PodAdmission {
    private static final String OS_LABEL = "kubernetes.io/os";

    private final DesiredPod pod;
    private final NodeNeeds needs;
    private final String name;
    private final NodeOffer node;
    private final Collection<DesiredPod> others;

    private PodAdmission(DesiredPod pod, String name, NodeOffer node, Collection<DesiredPod> others) {
        this.pod = pod;
        this.needs = NodeNeeds.of(pod.spec());
        this.name = name;
        this.node = node;
        this.others = others;
    }

    /** The decision about a pod. */
    public sealed interface Verdict {
        /** A pod that is admitted at once. */
        Verdict ADMITTED = new Admitted(List.of());
    }

    /**
     * The pod runs.
     *
     * @param preempted pods that must make room for it
     */
    public record Admitted(List<DesiredPod> preempted) implements Verdict {
        public Admitted {
            preempted = List.copyOf(preempted);
        }
    }

    /** The pod fails, and nothing of it is made. */
    public record Rejected(String reason, String message) implements Verdict {
        public PodFailure failure() {
            return new PodFailure(reason, Unsupported.REJECTED + message);
        }
    }

    /**
     * Decides about a pod of which nothing runs yet.
     *
     * @param name the node's
     * @param others the pods that use resources of the node, without this one
     * @param appArmor whether the machine enforces AppArmor profiles
     */
    public static Verdict of(
            DesiredPod pod, String name, NodeOffer node, Collection<DesiredPod> others, boolean appArmor) {
        Rejected unsupported = Unsupported.rejection(pod, appArmor);
        return unsupported == null ? new PodAdmission(pod, name, node, others).verdict() : unsupported;
    }

    /** The decision about the resize of a pod. */
    public sealed interface Resize {
        /** The node never has that much. */
        String INFEASIBLE = EffectiveResources.INFEASIBLE;

        /** Other pods have what it lacks. */
        String DEFERRED = "Deferred";
    }

    /**
     * The node gives it at once.
     *
     * @param preempted pods that must make room for it
     */
    public record Fits(List<DesiredPod> preempted) implements Resize {
        public Fits {
            preempted = List.copyOf(preempted);
        }
    }

    /**
     * The pod goes on with what it has.
     *
     * @param reason {@link Resize#INFEASIBLE} or {@link Resize#DEFERRED}
     */
    public record Waits(String reason, String message) implements Resize {}

    /**
     * Decides whether the node has what a running pod asks for after a resize.
     *
     * @param others the pods that use resources of the node, without this one, with what they were given
     * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/#pod-resize-status">Pod resize
     *     status</a>
     */
    public static Resize resize(DesiredPod pod, String name, NodeOffer node, Collection<DesiredPod> others) {
        List<Shortage> never = new PodAdmission(pod, name, node, List.of()).shortages();
        if (!never.isEmpty()) {
            Shortage first = never.getFirst();
            return new Waits(
                    Resize.INFEASIBLE,
                    "Node didn't have enough capacity: %s, requested: %d, capacity: %d"
                            .formatted(first.resource(), first.requested(), first.capacity()));
        }
        return switch (new PodAdmission(pod, name, node, others).verdict()) {
            case Admitted admitted -> new Fits(admitted.preempted());
            case Rejected rejected -> new Waits(Resize.DEFERRED, rejected.message());
        };
    }

    /** Whether a pod's admission was decided before: it has run, is over, or is about to be. */
    public static boolean decided(DesiredPod pod, boolean hasContainers) {
        return hasContainers
                || pod.ending()
                || pod.terminalPhase()
                || pod.knownStatus().has("containerStatuses");
    }

    private Verdict verdict() {
        String os = pod.tree().path("metadata").path("labels").path(OS_LABEL).asText("linux");
        if (!os.equals("linux")) {
            return new Rejected(
                    "PodOSSelectorNodeLabelDoesNotMatch",
                    "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
        }
        List<Shortage> shortages = shortages();
        List<Rejected> mismatches = mismatches();
        if (CriticalPods.critical(pod) && mismatches.isEmpty() && !shortages.isEmpty()) {
            return CriticalPods.makeRoom(pod, others, shortages);
        }
        if (!shortages.isEmpty() && !CriticalPods.critical(pod)) {
            return rejected(shortages.getFirst());
        }
        return mismatches.isEmpty() ? Verdict.ADMITTED : mismatches.getFirst();
    }

    private List<Shortage> shortages() {
        Resources used = Resources.NONE;
        for (DesiredPod other : others) {
            used = used.plus(NodeNeeds.of(other.spec()).requests());
        }
        // Extended resources that the node does not know are the whole cluster's.
        return node.shortages(needs.requests(), used, others.size()).stream()
                .filter(each -> each.capacity() > 0 || !extended(each.resource()))
                .toList();
    }

    private static boolean extended(String resource) {
        return resource.contains("/") && !resource.contains("kubernetes.io/");
    }

    private static Rejected rejected(Shortage shortage) {
        return new Rejected(
                "OutOf" + shortage.resource(),
                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                        .formatted(shortage.resource(), shortage.requested(), shortage.used(), shortage.capacity()));
    }

    private List<Rejected> mismatches() {
        List<Rejected> mismatches = new ArrayList<>();
        if (!needs.chooses(name, node.labels())) {
            mismatches.add(mismatch("NodeAffinity", "node(s) didn't match Pod's node affinity/selector"));
        }
        Set<HostPort> taken = new HashSet<>();
        others.forEach(other -> taken.addAll(HostPort.ofPod(other.spec())));
        if (needs.collides(taken)) {
            mismatches.add(mismatch("NodePorts", "node(s) didn't have free ports for the requested pod ports"));
        }
        if (node.taints().stream().filter(Taint::drivesOut).anyMatch(taint -> !needs.tolerates(taint))) {
            mismatches.add(mismatch("TaintToleration", "node(s) had taints that the pod didn't tolerate"));
        }
        return mismatches;
    }

    private static Rejected mismatch(String predicate, String why) {
        return new Rejected(predicate, "Predicate %s failed: %s".formatted(predicate, why));
    }
}
