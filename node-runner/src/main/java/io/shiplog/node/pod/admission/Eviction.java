package io.shiplog.node.pod.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Which pod ends when a node runs out of memory: one that uses more than it requested, of the least priority, that uses the most beyond its
 * request. Critical pods stay. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#pod-selection-for-kubelet-eviction">Pod
 *     selection for kubelet eviction</a>
 */
public final class Eviction {
    /** The kubelet's threshold: with less memory available, in bytes, a pod ends. */
    public static final long MEMORY_THRESHOLD = 100L << 20;

    private static final String REASON = "Evicted";

    private Eviction() {}

    /**
     * A pod with containers that run.
     *
     * @param workingSets bytes of memory by container
     */
    public record Candidate(DesiredPod pod, Map<String, Long> workingSets) {
        public Candidate {
            workingSets = Map.copyOf(workingSets);
        }

        private long used() {
            return workingSets.values().stream().mapToLong(Long::longValue).sum();
        }

        private long requested() {
            return pod.allContainers().stream()
                    .filter(each -> workingSets.containsKey(each.name()))
                    .mapToLong(each -> request(each).longValue())
                    .sum();
        }

        private boolean exceeds() {
            return used() > requested();
        }

        private long beyond() {
            return used() - requested();
        }
    }

    /** A pod that ends, and why. */
    public record Victim(DesiredPod pod, PodFailure why) {}

    /** Whether a pod ended for this. */
    public static boolean isEviction(PodFailure failure) {
        return failure.reason().equals(REASON);
    }

    /**
     * The pod that ends; empty if enough memory is available, or no pod can end.
     *
     * @param availableBytes of the node's memory
     */
    public static Optional<Victim> forMemory(Collection<Candidate> candidates, long availableBytes) {
        if (availableBytes >= MEMORY_THRESHOLD) {
            return Optional.empty();
        }
        return candidates.stream()
                .filter(each -> !CriticalPods.critical(each.pod()))
                .min(Comparator.comparing((Candidate each) -> !each.exceeds())
                        .thenComparing(each -> CriticalPods.priority(each.pod()))
                        .thenComparing(Comparator.comparing(Candidate::beyond).reversed()))
                .map(each -> new Victim(each.pod(), new PodFailure(REASON, message(each, availableBytes))));
    }

    private static String message(Candidate victim, long availableBytes) {
        StringBuilder message =
                new StringBuilder("The node was low on resource: memory. Threshold quantity: %s, available: %s. "
                        .formatted(Quantity.ofBytes(MEMORY_THRESHOLD), Quantity.ofBytes(availableBytes)));
        for (DesiredContainer container : victim.pod().allContainers()) {
            long used = victim.workingSets().getOrDefault(container.name(), 0L);
            Quantity request = request(container);
            if (used > request.longValue()) {
                message.append("Container %s was using %s, request is %s, has larger consumption of memory. "
                        .formatted(container.name(), Quantity.ofBytes(used), request));
            }
        }
        return message.toString();
    }

    private static Quantity request(DesiredContainer container) {
        JsonNode text = container.tree().path("resources").path("requests").path("memory");
        Quantity request = Quantity.parseOrNull(text.asText(""));
        return request == null ? Quantity.ZERO : request;
    }
}
