package io.shiplog.node.stats;

import java.time.Instant;
import java.util.List;

/**
 * A pod whose containers run here.
 *
 * @param sandboxPid a process in its network namespace; 0 if there is none
 * @param containers those that run
 */
public record RunningPod(
        String namespace,
        String name,
        String uid,
        Instant startTime,
        long sandboxPid,
        List<RunningContainer> containers) {
    public RunningPod {
        containers = List.copyOf(containers);
    }

    /**
     * A running container.
     *
     * @param pid its first process
     * @param image by its name in the pod
     * @param memoryLimitBytes 0 for none
     * @param cpuLimitMillis 0 for none
     */
    public record RunningContainer(
            String name,
            String id,
            long pid,
            Instant startTime,
            String image,
            long memoryLimitBytes,
            long cpuLimitMillis) {}
}
