package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/**
 * What a container counts for while its pod is resized: the most of what is wanted, allocated and in effect; for a resize that the node
 * can never do, of the latter two. Pure.
 *
 * @see <a href="https://github.com/kubernetes/component-helpers/blob/master/resource/helpers.go">determineEffectiveRequests</a>
 */
public final class EffectiveResources {
    /** The condition of a pod whose resize its node has not begun. */
    public static final String PENDING = "PodResizePending";

    /** Its reason if the node can never do it. */
    public static final String INFEASIBLE = "Infeasible";

    private EffectiveResources() {}

    /**
     * The amounts of a container, by resource.
     *
     * @param pod with its status
     * @param container of its spec
     * @param side {@code requests} or {@code limits}
     */
    public static JsonNode of(JsonNode pod, JsonNode container, String side) {
        JsonNode wanted = container.path("resources").path(side);
        JsonNode status = status(pod.path("status"), container.path("name").asText());
        if (!status.path("resources").isObject()) {
            return wanted;
        }
        ObjectNode most = JsonNodeFactory.instance.objectNode();
        if (!infeasible(pod.path("status"))) {
            raise(most, wanted);
        }
        raise(most, status.path("resources").path(side));
        if (side.equals("requests")) {
            raise(most, status.path("allocatedResources"));
        }
        return most;
    }

    private static JsonNode status(JsonNode status, String container) {
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode entry : status.path(list)) {
                if (entry.path("name").asText().equals(container)) {
                    return entry;
                }
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    private static boolean infeasible(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(PENDING)) {
                return condition.path("reason").asText().equals(INFEASIBLE);
            }
        }
        return false;
    }

    private static void raise(ObjectNode most, JsonNode amounts) {
        amounts.properties().forEach(amount -> {
            Quantity before = Quantity.parseOrNull(most.path(amount.getKey()).asText());
            Quantity now = Quantity.parseOrNull(amount.getValue().asText());
            if (now != null && (before == null || now.compareTo(before) > 0)) {
                most.set(amount.getKey(), amount.getValue());
            }
        });
    }
}
