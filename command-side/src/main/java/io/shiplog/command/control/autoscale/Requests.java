package io.shiplog.command.control.autoscale;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.projections.image.StoredObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What pods request of a resource, in thousandths. Pure. */
final class Requests {
    private Requests() {}

    /**
     * By pod name.
     *
     * @param container of which alone; empty for the pod's own request, or that of all its containers
     * @throws NoReplicaCountException if one requests nothing: then there is no utilization
     */
    static Map<String, Long> of(List<StoredObject> pods, String resource, String container)
            throws NoReplicaCountException {
        Map<String, Long> requests = new HashMap<>();
        for (StoredObject pod : pods) {
            requests.put(
                    pod.key().name(),
                    of(pod.json().tree().path("spec"), pod.key().name(), resource, container));
        }
        return requests;
    }

    private static long of(JsonNode spec, String pod, String resource, String container)
            throws NoReplicaCountException {
        JsonNode whole = spec.path("resources").path("requests");
        boolean ofPod = container.isEmpty() && !whole.isEmpty();
        if (ofPod && whole.has(resource)) {
            return milli(whole.path(resource));
        }
        long sum = 0;
        boolean any = false;
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode each : spec.path(list)) {
                boolean counts = list.equals("containers")
                        || each.path("restartPolicy").asText().equals("Always");
                String name = each.path("name").asText();
                if (!counts || !container.isEmpty() && !container.equals(name)) {
                    continue;
                }
                JsonNode request = each.path("resources").path("requests").path(resource);
                if (request.isMissingNode() && !ofPod) {
                    throw new NoReplicaCountException(
                            "missing request for %s in container %s of Pod %s".formatted(resource, name, pod));
                }
                any |= !request.isMissingNode();
                sum += milli(request);
                if (container.equals(name)) {
                    return sum;
                }
            }
        }
        if (!container.isEmpty()) {
            throw new NoReplicaCountException("container %s not found in Pod %s".formatted(container, pod));
        }
        if (ofPod && !any) {
            throw new NoReplicaCountException("missing pod-level request for %s in Pod %s".formatted(resource, pod));
        }
        return sum;
    }

    private static long milli(JsonNode quantity) {
        Quantity parsed = Quantity.parseOrNull(quantity.asText(""));
        return parsed == null ? 0 : parsed.milliValue();
    }
}
