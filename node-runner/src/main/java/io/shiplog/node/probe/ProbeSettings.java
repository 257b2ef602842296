package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How often a probe asks, and how many equal answers mean something.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes">Configure
 *     probes</a>
 */
public record ProbeSettings(
        Duration initialDelay, Duration period, Duration timeout, int successThreshold, int failureThreshold) {

    /** Reads them from a probe, with Kubernetes' defaults. */
    public static ProbeSettings of(JsonNode probe) {
        return new ProbeSettings(
                Duration.ofSeconds(probe.path("initialDelaySeconds").asLong(0)),
                Duration.ofSeconds(Math.max(1, probe.path("periodSeconds").asLong(10))),
                Duration.ofSeconds(Math.max(1, probe.path("timeoutSeconds").asLong(1))),
                Math.max(1, probe.path("successThreshold").asInt(1)),
                Math.max(1, probe.path("failureThreshold").asInt(3)));
    }
}
