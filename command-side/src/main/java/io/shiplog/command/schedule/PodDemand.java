package io.shiplog.command.schedule;

import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.command.control.view.Memo;
import io.shiplog.command.control.view.Taint;
import io.shiplog.command.control.view.Toleration;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of a pod that matters to where it goes, read from its bytes once.
 *
 * @param node the node that it is bound to or asks for by name, or null
 * @param owner uid of its controller, or empty
 * @param preempts whether it may take the place of pods that matter less
 * @param requests what its containers ask for together
 * @param required one of these terms must hold of the node, or null where any node will do
 * @param near pods that it must be near to
 * @param far pods that it must be far from
 * @param wishes pods that it would rather be near to, or with a weight below zero far from
 * @param started when its node began with it; far in the future where it has not
 * @param finished Succeeded or Failed: takes no room
 * @param gated spec.schedulingGates hold it back
 * @param preempted whether it goes in favour of a pod that matters more
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
        Resources requests,
        Set<HostPort> hostPorts,
        Map<String, String> nodeSelector,
        @Nullable NodeTerms required,
        List<Preference> preferred,
        List<Toleration> tolerations,
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

    /** A port of the host. */
    record HostPort(String ip, int port, String protocol) {
        private static final Set<String> ANY = Set.of("", "0.0.0.0");

        boolean collides(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (ip.equals(other.ip) || ANY.contains(ip) || ANY.contains(other.ip));
        }
    }

    /** A node is so much the better. */
    record Preference(int weight, NodeTerms.Term term) {}

    /**
     * Pods like these should be as many in each domain, give or take.
     *
     * @param must DoNotSchedule, else it is only better so
     * @param honorsAffinity whether only nodes count that the pod chooses
     * @param honorsTaints whether only nodes count whose taints it tolerates
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
     * Pods like these, in one domain or not.
     *
     * @param namespaces where such pods are looked for
     * @param namespaceSelector where else they are looked for, by the namespaces' labels
     */
    record Neighbour(
            String topologyKey, LabelSelector selector, Set<String> namespaces, LabelSelector namespaceSelector) {
        boolean selects(PodDemand pod, ClusterView view) {
            String namespace = pod.key().namespace();
            return selector.matches(pod.labels())
                    && (namespaces.contains(namespace) || namespaceSelector.matches(view.labelsOf(namespace)));
        }
    }

    /** Pods like these near are so much the better, or the worse. */
    record Weighted(int weight, Neighbour pods) {}

    static PodDemand of(StoredObject pod) {
        return MEMO.of(pod);
    }

    /** The same pod, evicted in favour of one that matters more. */
    PodDemand evicted() {
        return new PodDemand(
                key,
                uid,
                labels,
                scheduler,
                node,
                owner,
                priority,
                preempts,
                requests,
                hostPorts,
                nodeSelector,
                required,
                preferred,
                tolerations,
                spreads,
                near,
                far,
                wishes,
                started,
                finished,
                gated,
                true,
                true);
    }

    /** Whether it waits for a node from this scheduler. */
    boolean waits(String schedulerName) {
        return node == null && !finished && !deleting && !gated && scheduler.equals(schedulerName);
    }

    boolean tolerates(Taint taint) {
        return tolerations.stream().anyMatch(each -> each.tolerates(taint));
    }

    /** Whether not any node will do. */
    boolean choosesNodes() {
        return !nodeSelector.isEmpty() || required != null;
    }

    /** Whether a node has what the pod's nodeSelector and node affinity ask for. */
    boolean chooses(NodeState candidate) {
        return candidate.labels().entrySet().containsAll(nodeSelector.entrySet())
                && (required == null || required.matches(candidate));
    }

    /** Whether it has constraints on its spreading that must be kept. */
    boolean mustSpread() {
        return spreads.stream().anyMatch(Spread::must);
    }

    /** Whether it has wishes about the pods near it, or must have its way with them. */
    boolean hasPodAffinity() {
        return !(near.isEmpty() && far.isEmpty() && wishes.isEmpty());
    }

    /** Whether another pod that comes could be what it waits for. */
    boolean waitsForOthers() {
        return !near.isEmpty() || mustSpread();
    }
}
