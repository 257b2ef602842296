package io.shiplog.command.control.autoscale;

import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas a resource metric asks for. Pure.
 *
 * @param replicas the proposal
 * @param utilization in percent of the requests; null for a target of a value
 * @param averageMilli of the pods that counted
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/controller/podautoscaler/replica_calculator.go">replica_calculator.go</a>
 */
record ReplicaCount(int replicas, @Nullable Integer utilization, long averageMilli) {
    private static final int PERCENT = 100;

    /**
     * What is asked.
     *
     * @param resource {@code cpu} or {@code memory}
     * @param container empty for whole pods
     * @param utilization the target in percent; null if it is a value
     * @param averageMilli the target in thousandths; counts if there is no utilization
     */
    record Target(
            String resource, String container, @Nullable Integer utilization, long averageMilli) {}

    /** How far from the target nothing is done, as shares of it. */
    record Tolerance(double down, double up) {
        boolean covers(double ratio) {
            return 1.0 - down <= ratio && ratio <= 1.0 + up;
        }
    }

    /** Of metrics to a target. */
    private record Ratio(double ratio, @Nullable Integer utilization, long average) {}

    /**
     * Computes the proposal.
     *
     * @param current replicas of the target's specification
     * @param pods all that its selector selects
     * @param measured by pod name
     * @throws NoReplicaCountException if it cannot be computed
     */
    static ReplicaCount of(
            int current,
            Target target,
            Tolerance tolerance,
            List<StoredObject> pods,
            Map<String, Measured> measured,
            Instant now)
            throws NoReplicaCountException {
        if (measured.isEmpty()) {
            throw new NoReplicaCountException("unable to get metrics for resource " + target.resource()
                    + ": no metrics returned from resource metrics API");
        }
        PodGroups groups = PodGroups.of(pods, measured, target.resource(), now);
        Map<String, Long> used = new HashMap<>();
        measured.forEach((pod, each) -> used.put(pod, each.milli()));
        used.keySet().removeAll(groups.ignored());
        used.keySet().removeAll(groups.unready());
        if (used.isEmpty()) {
            throw new NoReplicaCountException("did not receive metrics for targeted pods (pods might be unready)");
        }
        Map<String, Long> requests =
                target.utilization() == null ? Map.of() : Requests.of(pods, target.resource(), target.container());
        Ratio first = ratio(used, requests, target);
        boolean upWithUnready = !groups.unready().isEmpty() && first.ratio() > 1.0;
        if (!upWithUnready && groups.missing().isEmpty()) {
            int replicas = tolerance.covers(first.ratio()) ? current : ceil(first.ratio() * groups.ready());
            return new ReplicaCount(replicas, first.utilization(), first.average());
        }
        for (String pod : groups.missing()) {
            if (first.ratio() < 1.0) {
                used.put(pod, whole(requests, pod, target));
            } else if (first.ratio() > 1.0) {
                used.put(pod, 0L);
            }
        }
        if (upWithUnready) {
            groups.unready().forEach(pod -> used.put(pod, 0L));
        }
        int replicas =
                cautious(current, first.ratio(), ratio(used, requests, target).ratio(), used.size(), tolerance);
        return new ReplicaCount(replicas, first.utilization(), first.average());
    }

    /** What a pod without a measurement counts for when others ask for fewer: its whole request, or the target. */
    private static long whole(Map<String, Long> requests, String pod, Target target) {
        Integer utilization = target.utilization();
        return utilization == null
                ? target.averageMilli()
                : requests.getOrDefault(pod, 0L) * Math.max(PERCENT, utilization) / PERCENT;
    }

    /** The current number, if the pods that are made up would turn the direction. */
    private static int cautious(int current, double ratio, double next, int pods, Tolerance tolerance) {
        if (tolerance.covers(next) || ratio < 1.0 && next > 1.0 || ratio > 1.0 && next < 1.0) {
            return current;
        }
        int replicas = ceil(next * pods);
        return next < 1.0 && replicas > current || next > 1.0 && replicas < current ? current : replicas;
    }

    private static int ceil(double replicas) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(replicas));
    }

    private static Ratio ratio(Map<String, Long> used, Map<String, Long> requests, Target target)
            throws NoReplicaCountException {
        long total = 0;
        long requested = 0;
        int entries = 0;
        Integer utilization = target.utilization();
        for (Map.Entry<String, Long> each : used.entrySet()) {
            Long request = requests.get(each.getKey());
            if (utilization == null || request != null) {
                total += each.getValue();
                requested += request == null ? 0 : request;
                entries++;
            }
        }
        if (utilization == null) {
            long average = total / entries;
            return new Ratio(average / (double) target.averageMilli(), null, average);
        }
        if (requested == 0) {
            throw new NoReplicaCountException("no metrics returned matched known pods");
        }
        int percent = (int) (total * PERCENT / requested);
        return new Ratio(percent / (double) utilization, percent, total / entries);
    }
}
