package io.shiplog.command.schedule;

import io.shiplog.events.object.LabelSelector;
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
 * @param owner uid of its controller, or empty
 * @param needs what it needs of its node
 * @param wants what it uses beside computing resources
 * @param others what it asks of the places of other pods
 */
record PodDemand(
        ObjectKey key,
        String uid,
        Map<String, String> labels,
        String owner,
        Standing standing,
        NodeNeeds needs,
        Wants wants,
        Affinity others) {
    /**
     * How far a pod is, and for whom.
     *
     * @param scheduler the name of its scheduler
     * @param node its spec.nodeName, or null
     * @param started its start time; far in the future if it has not started
     * @param phase in short: whether it waits, counts or has ended
     */
    record Standing(String scheduler, @Nullable String node, Rank rank, Instant started, Phase phase) {}

    /**
     * What a pod uses beside computing resources.
     *
     * @param claims the names of the claims of its volumes
     * @param images of its containers and image volumes, with their tag or digest
     * @param containers their number, init containers included
     * @param devices whether it has resource claims
     */
    record Wants(List<String> claims, List<String> images, int containers, boolean devices) {}

    /** @param preempts whether it may preempt pods of lower priority */
    record Rank(int priority, boolean preempts) {}

    /**
     * What holds a pod back or has ended it.
     *
     * @param finished Succeeded or Failed: uses no resources
     * @param gated spec.schedulingGates hold it back
     * @param preempted whether it was preempted
     */
    record Phase(boolean finished, boolean gated, boolean deleting, boolean preempted) {}

    /**
     * What a pod asks of the places of nodes and of other pods.
     *
     * @param preferred preferred node terms
     * @param near required pod affinity terms
     * @param far required pod anti-affinity terms
     * @param wishes preferred terms; with a negative weight for anti-affinity
     */
    record Affinity(
            List<Preference> preferred,
            List<Spread> spreads,
            List<Neighbour> near,
            List<Neighbour> far,
            List<Weighted> wishes) {}

    List<String> claims() {
        return wants.claims();
    }

    String scheduler() {
        return standing.scheduler();
    }

    @Nullable String node() {
        return standing.node();
    }

    int priority() {
        return standing.rank().priority();
    }

    boolean preempts() {
        return standing.rank().preempts();
    }

    Instant started() {
        return standing.started();
    }

    boolean finished() {
        return standing.phase().finished();
    }

    boolean gated() {
        return standing.phase().gated();
    }

    boolean deleting() {
        return standing.phase().deleting();
    }

    boolean preempted() {
        return standing.phase().preempted();
    }

    List<Preference> preferred() {
        return others.preferred();
    }

    List<Spread> spreads() {
        return others.spreads();
    }

    List<Neighbour> near() {
        return others.near();
    }

    List<Neighbour> far() {
        return others.far();
    }

    List<Weighted> wishes() {
        return others.wishes();
    }

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
            return selects(pod.key().namespace(), pod.labels(), view);
        }

        boolean selects(Crowds.Crowd crowd, ClusterView view) {
            return selects(crowd.namespace(), crowd.labels(), view);
        }

        private boolean selects(String namespace, Map<String, String> labels, ClusterView view) {
            return selector.matches(labels)
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
        Standing evicted = new Standing(
                scheduler(), node(), standing.rank(), started(), new Phase(finished(), gated(), true, true));
        return new PodDemand(key, uid, labels, owner, evicted, needs, wants, others);
    }

    /** Whether it waits for a node from a scheduler with these profiles. */
    boolean waits(Profiles profiles) {
        return node() == null && !finished() && !deleting() && !gated() && profiles.has(scheduler());
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
        return spreads().stream().anyMatch(Spread::must);
    }

    /** Whether it has pod affinity or anti-affinity terms. */
    boolean hasPodAffinity() {
        return !(near().isEmpty() && far().isEmpty() && wishes().isEmpty());
    }
}
