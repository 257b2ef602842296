package io.shiplog.projections.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster and their pods used at a moment. Immutable.
 *
 * @param nodes by name; only those that answered
 * @param pods by namespace and name, as {@code shop/web}; only those of which every running container has a rate
 */
public record Usages(Map<String, OfNode> nodes, Map<String, OfPod> pods) {
    /** No node has answered. */
    public static final Usages NONE = new Usages(Map.of(), Map.of());

    public Usages {
        nodes = Map.copyOf(nodes);
        pods = Map.copyOf(pods);
    }

    /**
     * What a node or a container uses.
     *
     * @param cpuNanoCores billionths of a core
     * @param memoryBytes of the working set
     */
    public record Amounts(long cpuNanoCores, long memoryBytes) {
        /** In thousandths of a core, rounded up, as a Quantity rounds. */
        public long cpuMillis() {
            return Math.ceilDiv(cpuNanoCores, 1_000_000L);
        }
    }

    /** @param window over which the CPU time was measured */
    public record OfNode(String name, Instant at, Duration window, Amounts amounts) {}

    /** @param containers by name */
    public record OfPod(
            String namespace, String name, String uid, Instant at, Duration window, Map<String, Amounts> containers) {
        public OfPod {
            containers = Map.copyOf(containers);
        }
    }

    /** What a pod uses; null if it is not known. */
    public @Nullable OfPod pod(String namespace, String name) {
        return pods.get(namespace + "/" + name);
    }

    /** Of these nodes and pods. Where a name is there twice, the later reading counts. */
    static Usages of(List<OfNode> nodes, List<OfPod> pods) {
        Map<String, OfNode> byName = new HashMap<>();
        nodes.forEach(each -> byName.put(each.name(), each));
        Map<String, OfPod> byKey = new HashMap<>();
        pods.forEach(each -> byKey.merge(
                each.namespace() + "/" + each.name(),
                each,
                (one, other) -> one.at().isAfter(other.at()) ? one : other));
        return new Usages(byName, byKey);
    }
}
