package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pods of a target by what their measurement is worth. Pure.
 *
 * @param ready how many count as they are
 * @param unready pending, or too young for their CPU time to say anything
 * @param missing without a measurement
 * @param ignored being deleted, or failed
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details">Algorithm details</a>
 */
record PodGroups(int ready, Set<String> unready, Set<String> missing, Set<String> ignored) {
    /** As {@code --horizontal-pod-autoscaler-cpu-initialization-period}. */
    static final Duration CPU_INITIALIZATION = Duration.ofMinutes(5);

    /** As {@code --horizontal-pod-autoscaler-initial-readiness-delay}. */
    static final Duration INITIAL_READINESS = Duration.ofSeconds(30);

    static PodGroups of(List<StoredObject> pods, Map<String, Measured> measured, String resource, Instant now) {
        int ready = 0;
        Set<String> unready = new HashSet<>();
        Set<String> missing = new HashSet<>();
        Set<String> ignored = new HashSet<>();
        for (StoredObject pod : pods) {
            String name = pod.key().name();
            JsonNode status = pod.json().tree().path("status");
            String phase = status.path("phase").asText("Pending");
            Measured metric = measured.get(name);
            if (pod.deleting() || phase.equals("Failed")) {
                ignored.add(name);
            } else if (phase.equals("Pending")) {
                unready.add(name);
            } else if (metric == null) {
                missing.add(name);
            } else if (resource.equals("cpu") && isUnready(status, metric, now)) {
                unready.add(name);
            } else {
                ready++;
            }
        }
        return new PodGroups(ready, unready, missing, ignored);
    }

    private static boolean isUnready(JsonNode status, Measured metric, Instant now) {
        JsonNode condition = Conditions.find(status.path("conditions"), "Ready");
        Instant started = Conditions.parse(status.path("startTime"));
        Instant since = Conditions.parse(condition.path("lastTransitionTime"));
        if (started == null || condition.isMissingNode()) {
            return true;
        }
        Instant changed = since == null ? Instant.EPOCH : since;
        boolean isFalse = condition.path("status").asText().equals("False");
        if (started.plus(CPU_INITIALIZATION).isAfter(now)) {
            return isFalse || metric.at().isBefore(changed.plus(metric.window()));
        }
        return isFalse && started.plus(INITIAL_READINESS).isAfter(changed);
    }
}
