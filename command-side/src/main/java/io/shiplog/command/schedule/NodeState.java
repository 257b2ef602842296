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
 * @param used the sum of the pods' requests
 * @param load what all nodes are compared by, of {@code used}
 * @param room the same of what is offered
 */
record NodeState(
        String name,
        boolean known,
        NodeOffer offer,
        PMap<ObjectKey, PodDemand> pods,
        Resources used,
        Load load,
        Room room) {

    /** The assumed requests of pods without any, so that they are spread too. */
    private static final long LEAST_CPU = 100;

    private static final long LEAST_MEMORY = 200L * 1024 * 1024;

    /**
     * The sums of requests that every decision reads, in the units of {@link Resources}.
     *
     * @param cpuAtLeast with small requests instead of none
     * @param memoryAtLeast with small requests instead of none
     */
    record Load(long cpu, long memory, long cpuAtLeast, long memoryAtLeast) {
        static final Load NONE = new Load(0, 0, 0, 0);

        /** The load of a pod. */
        static Load of(PodDemand pod) {
            long cpu = pod.needs().requests().of(Resources.CPU);
            long memory = pod.needs().requests().of(Resources.MEMORY);
            return new Load(cpu, memory, cpu > 0 ? cpu : LEAST_CPU, memory > 0 ? memory : LEAST_MEMORY);
        }

        private Load plus(Resources used, Load pod, int times) {
            return new Load(
                    used.of(Resources.CPU),
                    used.of(Resources.MEMORY),
                    Resources.sum(cpuAtLeast, times * pod.cpuAtLeast),
                    Resources.sum(memoryAtLeast, times * pod.memoryAtLeast));
        }
    }

    /** What is offered, in the units of {@link Resources}. */
    record Room(long cpu, long memory, long pods) {
        static final Room NONE = new Room(0, 0, 0);

        static Room of(Resources allocatable) {
            return new Room(
                    allocatable.of(Resources.CPU), allocatable.of(Resources.MEMORY), allocatable.of(Resources.PODS));
        }
    }

    static NodeState unknown(String name) {
        return new NodeState(
                name, false, NodeOffer.NOTHING, HashTreePMap.empty(), Resources.NONE, Load.NONE, Room.NONE);
    }

    Map<String, String> labels() {
        return offer.labels();
    }

    NodeState offering(NodeOffer next) {
        return new NodeState(name, true, next, pods, used, load, Room.of(next.allocatable()));
    }

    NodeState gone() {
        return new NodeState(name, false, NodeOffer.NOTHING, pods, used, load, Room.NONE);
    }

    NodeState with(PodDemand pod) {
        PodDemand before = pods.get(pod.key());
        if (before != null && before.needs().requests().equals(pod.needs().requests())) {
            return new NodeState(name, known, offer, pods.plus(pod.key(), pod), used, load, room);
        }
        NodeState base = without(pod.key());
        Resources sum = base.used.plus(pod.needs().requests());
        return new NodeState(
                name, known, offer, base.pods.plus(pod.key(), pod), sum, base.load.plus(sum, Load.of(pod), 1), room);
    }

    NodeState without(ObjectKey key) {
        PodDemand pod = pods.get(key);
        if (pod == null) {
            return this;
        }
        Resources left = used.minus(pod.needs().requests());
        return new NodeState(name, known, offer, pods.minus(key), left, load.plus(left, Load.of(pod), -1), room);
    }

    boolean isEmpty() {
        return !known && pods.isEmpty();
    }
}
