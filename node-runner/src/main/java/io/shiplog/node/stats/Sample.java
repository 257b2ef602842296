package io.shiplog.node.stats;

import io.shiplog.node.stats.RunningPod.RunningContainer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node used at a moment. Immutable.
 *
 * @param node the whole machine, or the node's pods where several nodes share it
 * @param availableBytes of memory
 */
record Sample(Instant at, Usage node, long availableBytes, List<Traffic> interfaces, Disk disk, List<OfPod> pods) {
    Sample {
        interfaces = List.copyOf(interfaces);
        pods = List.copyOf(pods);
    }

    /** The file system with the node's directory. */
    record Disk(long capacityBytes, long availableBytes) {}

    /** @param interfaces of its network namespace, without loopback */
    record OfPod(RunningPod pod, List<OfContainer> containers, List<Traffic> interfaces) {
        OfPod {
            containers = List.copyOf(containers);
            interfaces = List.copyOf(interfaces);
        }

        Usage usage() {
            Usage sum = Usage.NONE;
            for (OfContainer each : containers) {
                sum = sum.plus(each.usage());
            }
            return sum;
        }
    }

    record OfContainer(RunningContainer container, Usage usage) {}

    /** CPU time by container id, and that of the node by the empty id. */
    Map<String, Long> cpuNanos() {
        Map<String, Long> nanos = new HashMap<>();
        nanos.put("", node.cpuNanos());
        pods.forEach(pod -> pod.containers()
                .forEach(each -> nanos.put(each.container().id(), each.usage().cpuNanos())));
        return nanos;
    }

    /**
     * CPU time used each second since an earlier sample.
     *
     * @param id of a container, or empty for the node
     * @return null if the earlier sample lacks it
     */
    @Nullable Long nanoCores(@Nullable Sample before, Map<String, Long> earlier, String id, long cpuNanos) {
        Long then = earlier.get(id);
        if (before == null || then == null || cpuNanos < then) {
            return null;
        }
        double seconds = (at.toEpochMilli() - before.at.toEpochMilli()) / 1e3;
        return seconds <= 0 ? null : (long) ((cpuNanos - then) / seconds);
    }
}
