package io.shiplog.node.pod.admission;

import io.shiplog.events.placement.NodeNeeds;
import io.shiplog.events.placement.NodeOffer.Shortage;
import io.shiplog.events.placement.QualityOfService;
import io.shiplog.events.placement.Resources;
import io.shiplog.node.pod.admission.PodAdmission.Admitted;
import io.shiplog.node.pod.admission.PodAdmission.Rejected;
import io.shiplog.node.pod.admission.PodAdmission.Verdict;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes room on a node for a pod that the cluster depends on: other pods end, as few and as unimportant ones as possible. Pure.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/preemption/preemption.go">the kubelet's
 *     CriticalPodAdmissionHandler</a>
 */
public final class CriticalPods {
    public static final PodFailure PREEMPTED = new PodFailure("Preempting", "Preempted in order to admit critical pod");

    /** The least priority that Kubernetes keeps for its own classes. */
    private static final int SYSTEM_CRITICAL = 2_000_000_000;

    private CriticalPods() {}

    public static boolean critical(DesiredPod pod) {
        return priority(pod) >= SYSTEM_CRITICAL;
    }

    static int priority(DesiredPod pod) {
        return pod.spec().path("priority").asInt(0);
    }

    /** Admits the pod if enough pods of lower priority can end. */
    static Verdict makeRoom(DesiredPod pod, Collection<DesiredPod> others, List<Shortage> shortages) {
        Map<String, Long> missing = new LinkedHashMap<>();
        shortages.forEach(each -> missing.put(each.resource(), each.requested() - (each.capacity() - each.used())));
        List<DesiredPod> lower =
                others.stream().filter(other -> priority(other) < priority(pod)).toList();
        Map<String, Long> never = without(missing, lower);
        if (!never.isEmpty()) {
            StringBuilder unmet = new StringBuilder();
            never.forEach((name, amount) -> unmet.append("(res: %s, q: %d), ".formatted(name, amount)));
            return new Rejected(
                    "UnexpectedAdmissionError",
                    "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of"
                            + " pods to preempt: no set of running pods found to reclaim resources: [" + unmet + "]");
        }
        List<DesiredPod> bestEffort = ofClass(lower, QualityOfService.BEST_EFFORT);
        List<DesiredPod> burstable = ofClass(lower, QualityOfService.BURSTABLE);
        // Of the best classes only what is missing when all lesser pods have ended.
        List<DesiredPod> guaranteedEnd =
                fewest(ofClass(lower, QualityOfService.GUARANTEED), without(without(missing, bestEffort), burstable));
        List<DesiredPod> burstableEnd = fewest(burstable, without(without(missing, bestEffort), guaranteedEnd));
        List<DesiredPod> bestEffortEnd = fewest(bestEffort, without(without(missing, burstableEnd), guaranteedEnd));
        List<DesiredPod> all = new ArrayList<>(bestEffortEnd);
        all.addAll(burstableEnd);
        all.addAll(guaranteedEnd);
        return new Admitted(all);
    }

    private static List<DesiredPod> ofClass(List<DesiredPod> pods, String qosClass) {
        return pods.stream()
                .filter(pod -> QualityOfService.of(pod.tree().path("spec")).equals(qosClass))
                .toList();
    }

    /** What is still missing when these pods have ended. */
    private static Map<String, Long> without(Map<String, Long> missing, Collection<DesiredPod> ended) {
        Map<String, Long> left = new LinkedHashMap<>(missing);
        for (DesiredPod pod : ended) {
            left.replaceAll((name, amount) -> amount - requested(pod, name));
        }
        left.values().removeIf(amount -> amount <= 0);
        return left;
    }

    private static long requested(DesiredPod pod, String resource) {
        return resource.equals(Resources.PODS)
                ? 1
                : NodeNeeds.of(pod.spec()).requests().of(resource);
    }

    /** One after the other, the pod that comes nearest to what is missing; of two alike the smaller one. */
    private static List<DesiredPod> fewest(List<DesiredPod> candidates, Map<String, Long> missing) {
        List<DesiredPod> left = new ArrayList<>(candidates);
        List<DesiredPod> chosen = new ArrayList<>();
        for (Map<String, Long> rest = missing; !rest.isEmpty() && !left.isEmpty(); ) {
            Map<String, Long> open = rest;
            DesiredPod next = left.stream()
                    .min(Comparator.comparingDouble((DesiredPod pod) -> distance(pod, open))
                            .thenComparingLong(pod -> requested(pod, Resources.MEMORY))
                            .thenComparingLong(pod -> requested(pod, Resources.CPU)))
                    .orElseThrow();
            left.remove(next);
            chosen.add(next);
            rest = without(rest, List.of(next));
        }
        return chosen;
    }

    /** The fraction of each resource that would still be missing, squared. */
    private static double distance(DesiredPod pod, Map<String, Long> missing) {
        double distance = 0;
        for (Map.Entry<String, Long> each : missing.entrySet()) {
            double open = Math.max(0, each.getValue() - requested(pod, each.getKey()));
            distance += Math.pow(open / each.getValue(), 2);
        }
        return distance;
    }
}
