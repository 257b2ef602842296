package io.shiplog.command.schedule;

import io.shiplog.command.control.view.LabelSelector;
import io.shiplog.command.control.view.Memo;
import io.shiplog.command.control.view.Taint;
import io.shiplog.command.control.view.Toleration;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of a pod that matters to where it goes, read from its bytes once.
 *
 * @param node the node that it is bound to or asks for by name, or null
 * @param owner uid of its controller, or empty
 * @param requests what its containers ask for together
 * @param required one of these terms must hold of the node, or null where any node will do
 * @param finished Succeeded or Failed: takes no room
 * @param gated spec.schedulingGates hold it back
 */
record PodDemand(
        ObjectKey key,
        String uid,
        Map<String, String> labels,
        String scheduler,
        @Nullable String node,
        String owner,
        int priority,
        Resources requests,
        Set<HostPort> hostPorts,
        Map<String, String> nodeSelector,
        @Nullable NodeTerms required,
        List<Preference> preferred,
        List<Toleration> tolerations,
        List<Spread> spreads,
        List<Neighbour> neighbours,
        boolean finished,
        boolean gated,
        boolean deleting) {
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
     */
    record Spread(String topologyKey, int maxSkew, boolean must, LabelSelector selector, int minDomains) {}

    /**
     * Pods like these must be in the same domain, or must not be.
     *
     * @param near affinity, else anti-affinity
     * @param namespaces where such pods are looked for; empty for all
     */
    record Neighbour(String topologyKey, boolean near, LabelSelector selector, Set<String> namespaces) {
        boolean selects(PodDemand pod) {
            return (namespaces.isEmpty() || namespaces.contains(pod.key().namespace()))
                    && selector.matches(pod.labels());
        }
    }

    static PodDemand of(StoredObject pod) {
        return MEMO.of(pod);
    }

    /** Whether it waits for a node from this scheduler. */
    boolean waits(String schedulerName) {
        return node == null && !finished && !deleting && !gated && scheduler.equals(schedulerName);
    }

    boolean tolerates(Taint taint) {
        return tolerations.stream().anyMatch(each -> each.tolerates(taint));
    }
}
