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
 * @param room what every decision reads of {@code offer}, {@code pods} and {@code used}
 */
record NodeState(
        String name, boolean known, NodeOffer offer, PMap<ObjectKey, PodDemand> pods, Resources used, Room room) {

    /**
     * What every decision reads of a node, in one place: of thousands of nodes, reading is what a decision costs. In the units of {@link
     * Resources}.
     *
     * @param cpu allocatable
     * @param memory allocatable
     * @param freeCpu not requested by pods
     * @param freeMemory not requested by pods
     * @param freePods the number of pods that may still come
     * @param cpuAtLeast requested, with small requests instead of none
     * @param memoryAtLeast requested, with small requests instead of none
     * @param open whether it is schedulable and has no taints
     */
    record Room(
            long cpu,
            long memory,
            long freeCpu,
            long freeMemory,
            long freePods,
            long cpuAtLeast,
            long memoryAtLeast,
            boolean open) {
        static final Room NONE = new Room(0, 0, 0, 0, 0, 0, 0, true);

        private static Room of(NodeOffer offer, Resources used, int pods, long cpuAtLeast, long memoryAtLeast) {
            Resources offered = offer.allocatable();
            return new Room(
                    offered.of(Resources.CPU),
                    offered.of(Resources.MEMORY),
                    offered.of(Resources.CPU) - used.of(Resources.CPU),
                    offered.of(Resources.MEMORY) - used.of(Resources.MEMORY),
                    offered.of(Resources.PODS) - pods,
                    cpuAtLeast,
                    memoryAtLeast,
                    !offer.unschedulable() && offer.taints().isEmpty());
        }
    }

    /**
     * The requests of a pod that every decision reads, in the units of {@link Resources}.
     *
     * @param cpuAtLeast with a small request instead of none, so that such pods are spread too
     * @param memoryAtLeast with a small request instead of none
     */
    record Load(long cpu, long memory, long cpuAtLeast, long memoryAtLeast) {
        private static final long LEAST_CPU = 100;
        private static final long LEAST_MEMORY = 200L * 1024 * 1024;

        static Load of(PodDemand pod) {
            long cpu = pod.needs().requests().of(Resources.CPU);
            long memory = pod.needs().requests().of(Resources.MEMORY);
            return new Load(cpu, memory, cpu > 0 ? cpu : LEAST_CPU, memory > 0 ? memory : LEAST_MEMORY);
        }
    }

    static NodeState unknown(String name) {
        return new NodeState(name, false, NodeOffer.NOTHING, HashTreePMap.empty(), Resources.NONE, Room.NONE);
    }

    Map<String, String> labels() {
        return offer.labels();
    }

    NodeState offering(NodeOffer next) {
        return new NodeState(
                name, true, next, pods, used, Room.of(next, used, pods.size(), room.cpuAtLeast, room.memoryAtLeast));
    }

    NodeState gone() {
        return new NodeState(
                name,
                false,
                NodeOffer.NOTHING,
                pods,
                used,
                Room.of(NodeOffer.NOTHING, used, pods.size(), room.cpuAtLeast, room.memoryAtLeast));
    }

    NodeState with(PodDemand pod) {
        PodDemand before = pods.get(pod.key());
        if (before != null && before.needs().requests().equals(pod.needs().requests())) {
            return new NodeState(name, known, offer, pods.plus(pod.key(), pod), used, room);
        }
        NodeState base = without(pod.key());
        return base.loaded(
                base.pods.plus(pod.key(), pod), base.used.plus(pod.needs().requests()), Load.of(pod), 1);
    }

    NodeState without(ObjectKey key) {
        PodDemand pod = pods.get(key);
        return pod == null
                ? this
                : loaded(pods.minus(key), used.minus(pod.needs().requests()), Load.of(pod), -1);
    }

    private NodeState loaded(PMap<ObjectKey, PodDemand> next, Resources sum, Load pod, int times) {
        return new NodeState(
                name,
                known,
                offer,
                next,
                sum,
                Room.of(
                        offer,
                        sum,
                        next.size(),
                        Resources.sum(room.cpuAtLeast, times * pod.cpuAtLeast),
                        Resources.sum(room.memoryAtLeast, times * pod.memoryAtLeast)));
    }

    boolean isEmpty() {
        return !known && pods.isEmpty();
    }
}
