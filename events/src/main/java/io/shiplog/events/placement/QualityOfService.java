package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/**
 * The quality of service class of a pod, from its resources.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod quality of service classes</a>
 */
public final class QualityOfService {
    public static final String GUARANTEED = "Guaranteed";
    public static final String BURSTABLE = "Burstable";
    public static final String BEST_EFFORT = "BestEffort";

    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QualityOfService() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}, by the pod's spec. */
    public static String of(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(list)) {
                for (String resource : COUNTED) {
                    Quantity request = quantity(container, "requests", resource);
                    Quantity limit = quantity(container, "limits", resource);
                    any |= request.signum() > 0 || limit.signum() > 0;
                    // A limit without a request counts as a request of the same amount.
                    guaranteed &= limit.signum() > 0 && (request.signum() == 0 || request.equals(limit));
                }
            }
        }
        if (!any) {
            return BEST_EFFORT;
        }
        return guaranteed ? GUARANTEED : BURSTABLE;
    }

    private static Quantity quantity(JsonNode container, String side, String resource) {
        Quantity quantity = Quantity.parseOrNull(
                container.path("resources").path(side).path(resource).asText());
        return quantity == null ? Quantity.ZERO : quantity;
    }
}
