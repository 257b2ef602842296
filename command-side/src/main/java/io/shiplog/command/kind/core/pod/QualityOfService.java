package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/**
 * The quality of service class of a pod, from its resources.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod quality of service classes</a>
 */
public final class QualityOfService {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QualityOfService() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
    public static String of(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (ObjectNode container : Trees.objects(spec, "containers", "initContainers")) {
            for (String resource : COUNTED) {
                Quantity request = quantity(container, "requests", resource);
                Quantity limit = quantity(container, "limits", resource);
                any |= request.signum() > 0 || limit.signum() > 0;
                // A limit without a request counts as a request of the same amount.
                guaranteed &= limit.signum() > 0 && (request.signum() == 0 || request.equals(limit));
            }
        }
        if (!any) {
            return "BestEffort";
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Quantity quantity(JsonNode container, String side, String resource) {
        Quantity quantity = Quantity.parseOrNull(Trees.text(container, "resources", side, resource));
        return quantity == null ? Quantity.ZERO : quantity;
    }
}
