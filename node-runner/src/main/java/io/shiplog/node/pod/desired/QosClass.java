package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;

/**
 * A pod's class from its resources.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod Quality of Service Classes</a>
 */
public final class QosClass {
    public static final String GUARANTEED = "Guaranteed";
    public static final String BURSTABLE = "Burstable";
    public static final String BEST_EFFORT = "BestEffort";

    private QosClass() {}

    public static String of(DesiredPod pod) {
        boolean asksAnything = false;
        boolean limitsAll = true;
        for (DesiredContainer container : pod.allContainers()) {
            JsonNode resources = container.tree().path("resources");
            for (String resource : new String[] {"cpu", "memory"}) {
                String limit = resources.path("limits").path(resource).asText("");
                String request = resources.path("requests").path(resource).asText(limit);
                asksAnything |= positive(limit) || positive(request);
                limitsAll &= positive(limit) && Quantity.parse(limit).equals(Quantity.parse(request));
            }
        }
        if (!asksAnything) {
            return BEST_EFFORT;
        }
        return limitsAll ? GUARANTEED : BURSTABLE;
    }

    private static boolean positive(String quantity) {
        Quantity parsed = quantity.isEmpty() ? null : Quantity.parseOrNull(quantity);
        return parsed != null && parsed.signum() > 0;
    }
}
