package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * The period of a probe, and its thresholds.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes">Configure
 *     probes</a>
 */
public record ProbeSettings(
        Duration initialDelay, Duration period, Duration timeout, int successThreshold, int failureThreshold) {

    /** Parses a probe, with Kubernetes' defaults. */
    public static ProbeSettings of(JsonNode probe) {
        return new ProbeSettings(
                Duration.ofSeconds(probe.path("initialDelaySeconds").asLong(0)),
                Duration.ofSeconds(Math.max(1, probe.path("periodSeconds").asLong(10))),
                Duration.ofSeconds(Math.max(1, probe.path("timeoutSeconds").asLong(1))),
                Math.max(1, probe.path("successThreshold").asInt(1)),
                Math.max(1, probe.path("failureThreshold").asInt(3)));
    }
}
