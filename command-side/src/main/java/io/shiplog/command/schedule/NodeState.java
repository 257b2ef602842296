package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.placement.NodeOffer;
import io.shiplog.events.placement.Resources;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * A node as the scheduler sees it, with its bound and assumed pods. Immutable.
 *
 * @param known whether there is a Node object; pods may be bound to a missing node
 * @param owners the number of non-terminating pods of each owner
 * @param used the sum of the pods' requests
 * @param usedAtLeast the same, with small requests instead of none
 */
record NodeState(
        String name,
        boolean known,
        NodeOffer offer,
        PMap<ObjectKey, PodDemand> pods,
        PMap<String, Integer> owners,
        Resources used,
        Resources usedAtLeast) {

    /** The assumed requests of pods without any, so that they are spread too. */
    private static final Map<String, Long> LEAST_REQUESTS =
            Map.of(Resources.CPU, 100L, Resources.MEMORY, 200L * 1024 * 1024);

    static NodeState unknown(String name) {
        return new NodeState(
                name,
                false,
                NodeOffer.NOTHING,
                HashTreePMap.empty(),
                HashTreePMap.empty(),
                Resources.NONE,
                Resources.NONE);
    }

    Map<String, String> labels() {
        return offer.labels();
    }

    NodeState offering(NodeOffer next) {
        return new NodeState(name, true, next, pods, owners, used, usedAtLeast);
    }

    NodeState gone() {
        return new NodeState(name, false, NodeOffer.NOTHING, pods, owners, used, usedAtLeast);
    }

    NodeState with(PodDemand pod) {
        NodeState base = without(pod.key());
        return new NodeState(
                name,
                known,
                offer,
                base.pods.plus(pod.key(), pod),
                counted(base.owners, pod, 1),
                base.used.plus(pod.needs().requests()),
                base.usedAtLeast.plus(atLeast(pod)));
    }

    NodeState without(ObjectKey key) {
        PodDemand pod = pods.get(key);
        return pod == null
                ? this
                : new NodeState(
                        name,
                        known,
                        offer,
                        pods.minus(key),
                        counted(owners, pod, -1),
                        used.minus(pod.needs().requests()),
                        usedAtLeast.minus(atLeast(pod)));
    }

    private static PMap<String, Integer> counted(PMap<String, Integer> owners, PodDemand pod, int more) {
        if (pod.owner().isEmpty() || pod.deleting()) {
            return owners;
        }
        int count = owners.getOrDefault(pod.owner(), 0) + more;
        return count == 0 ? owners.minus(pod.owner()) : owners.plus(pod.owner(), count);
    }

    /** The pod's requests, with small ones instead of none. */
    static Resources atLeast(PodDemand pod) {
        return new Resources(Map.of(
                Resources.CPU, orElse(pod.needs().requests().of(Resources.CPU), Resources.CPU),
                Resources.MEMORY, orElse(pod.needs().requests().of(Resources.MEMORY), Resources.MEMORY)));
    }

    private static long orElse(long asked, String name) {
        return asked > 0 ? asked : LEAST_REQUESTS.getOrDefault(name, 0L);
    }

    boolean isEmpty() {
        return !known && pods.isEmpty();
    }
}
