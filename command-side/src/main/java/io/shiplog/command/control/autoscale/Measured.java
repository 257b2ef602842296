package io.shiplog.command.control.autoscale;

import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.usage.Usages;
import io.shiplog.projections.usage.Usages.Amounts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What pods use of a resource: in thousandths of a core or of a byte, so that an average loses nothing.
 *
 * @param at when it was measured
 * @param window over which
 */
record Measured(long milli, Instant at, Duration window) {
    /** An older reading is none: nothing has been asked since. */
    static final Duration STALE = Duration.ofMinutes(1);

    private static final int MILLI = 1000;

    /**
     * Of the pods that have been measured, by name. Pure.
     *
     * @param container of which alone; empty for all containers of a pod
     */
    static Map<String, Measured> of(
            List<StoredObject> pods, Usages usages, String resource, String container, Instant now) {
        Map<String, Measured> measured = new HashMap<>();
        for (StoredObject pod : pods) {
            Usages.OfPod usage = usages.pod(pod.key().namespace(), pod.key().name());
            if (usage == null || !usage.uid().equals(pod.uid()) || usage.at().isBefore(now.minus(STALE))) {
                continue;
            }
            if (container.isEmpty()) {
                long sum = 0;
                for (Amounts each : usage.containers().values()) {
                    sum += milli(each, resource);
                }
                measured.put(pod.key().name(), new Measured(sum, usage.at(), usage.window()));
            } else if (usage.containers().get(container) instanceof Amounts amounts) {
                measured.put(pod.key().name(), new Measured(milli(amounts, resource), usage.at(), usage.window()));
            }
        }
        return measured;
    }

    private static long milli(Amounts amounts, String resource) {
        return resource.equals("cpu") ? amounts.cpuMillis() : amounts.memoryBytes() * MILLI;
    }
}
