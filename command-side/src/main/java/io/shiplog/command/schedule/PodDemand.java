package io.shiplog.command.schedule;

import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.placement.NodeNeeds;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.placement.Taint;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scheduling constraints of a pod, parsed from its bytes once.
 *
 * @param node its spec.nodeName, or null
 * @param owner uid of its controller, or empty
 * @param preempts whether it may preempt pods of lower priority
 * @param needs what it needs of its node
 * @param claims the names of the claims of its volumes
 * @param near required pod affinity terms
 * @param far required pod anti-affinity terms
 * @param wishes preferred terms; with a negative weight for anti-affinity
 * @param started its start time; far in the future if it has not started
 * @param finished Succeeded or Failed: uses no resources
 * @param gated spec.schedulingGates hold it back
 * @param preempted whether it was preempted
 */
record PodDemand(
        ObjectKey key,
        String uid,
        Map<String, String> labels,
        String scheduler,
        @Nullable String node,
        String owner,
        int priority,
        boolean preempts,
        NodeNeeds needs,
        List<String> claims,
        List<Preference> preferred,
        List<Spread> spreads,
        List<Neighbour> near,
        List<Neighbour> far,
        List<Weighted> wishes,
        Instant started,
        boolean finished,
        boolean gated,
        boolean deleting,
        boolean preempted) {
    private static final int REMEMBERED = 1 << 14;
    private static final Memo<PodDemand> MEMO = new Memo<>(REMEMBERED, PodDemandReader::read);

    /** A preferred node term with its weight. */
    record Preference(int weight, NodeTerms.Term term) {}

    /**
     * A topology spread constraint.
     *
     * @param must DoNotSchedule, else ScheduleAnyway
     * @param honorsAffinity whether only nodes matching the pod's node affinity count
     * @param honorsTaints whether only nodes with tolerated taints count
     */
    record Spread(
            String topologyKey,
            int maxSkew,
            boolean must,
            LabelSelector selector,
            int minDomains,
            boolean honorsAffinity,
            boolean honorsTaints) {}

    /**
     * A pod affinity term.
     *
     * @param namespaces the namespaces of matching pods
     * @param namespaceSelector selects further namespaces by their labels
     */
    record Neighbour(
            String topologyKey, LabelSelector selector, Set<String> namespaces, LabelSelector namespaceSelector) {
        boolean selects(PodDemand pod, ClusterView view) {
            String namespace = pod.key().namespace();
            return selector.matches(pod.labels())
                    && (namespaces.contains(namespace) || namespaceSelector.matches(view.labelsOf(namespace)));
        }
    }

    /** A preferred term with its weight. */
    record Weighted(int weight, Neighbour pods) {}

    static PodDemand of(StoredObject pod) {
        return MEMO.of(pod);
    }

    /** The same pod, preempted. */
    PodDemand evicted() {
        return new PodDemand(
                key, uid, labels, scheduler, node, owner, priority, preempts, needs, claims, preferred, spreads, near,
                far, wishes, started, finished, gated, true, true);
    }

    /** Whether it waits for a node from this scheduler. */
    boolean waits(String schedulerName) {
        return node == null && !finished && !deleting && !gated && scheduler.equals(schedulerName);
    }

    boolean tolerates(Taint taint) {
        return needs.tolerates(taint);
    }

    /** Whether it has node constraints. */
    boolean choosesNodes() {
        return needs.choosesNodes();
    }

    /** Whether a node matches the pod's nodeSelector and node affinity. */
    boolean chooses(NodeState candidate) {
        return needs.chooses(candidate.name(), candidate.labels());
    }

    /** Whether it has required spread constraints. */
    boolean mustSpread() {
        return spreads.stream().anyMatch(Spread::must);
    }

    /** Whether it has pod affinity or anti-affinity terms. */
    boolean hasPodAffinity() {
        return !(near.isEmpty() && far.isEmpty() && wishes.isEmpty());
    }

    /** Whether another pod's placement could make it schedulable. */
    boolean waitsForOthers() {
        return !near.isEmpty() || mustSpread();
    }
}
