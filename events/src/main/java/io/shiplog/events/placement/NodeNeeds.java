package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pod needs of its node, without regard to other pods.
 *
 * @param requests the sum of its containers' requests
 * @param required required node affinity terms, of which one must match; null if there are none
 */
public record NodeNeeds(
        Resources requests,
        Set<HostPort> hostPorts,
        Map<String, String> nodeSelector,
        @Nullable NodeTerms required,
        List<Toleration> tolerations) {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    public NodeNeeds {
        hostPorts = Set.copyOf(hostPorts);
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
    }

    /** The needs of a pod that would be made of a spec. */
    public static NodeNeeds of(JsonNode spec) {
        return of(spec, NodeNeeds::requested);
    }

    /** The needs of a pod, with what it has while it is resized. */
    public static NodeNeeds ofPod(JsonNode pod) {
        return of(pod.path("spec"), container -> Resources.of(EffectiveResources.of(pod, container, "requests")));
    }

    private static NodeNeeds of(JsonNode spec, Function<JsonNode, Resources> requested) {
        JsonNode required = spec.path("affinity").path("nodeAffinity").path(REQUIRED);
        Map<String, String> selector = new HashMap<>();
        spec.path("nodeSelector")
                .properties()
                .forEach(entry -> selector.put(entry.getKey(), entry.getValue().asText()));
        return new NodeNeeds(
                requests(spec, requested),
                HostPort.ofPod(spec),
                selector,
                required.isObject() ? NodeTerms.of(required) : null,
                Toleration.ofPod(spec));
    }

    /**
     * The sum over containers and sidecars, or the greatest request while an init container runs, plus the overhead.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers">Resource
     *     sharing</a>
     */
    private static Resources requests(JsonNode spec, Function<JsonNode, Resources> requested) {
        Resources running = Resources.NONE;
        Resources starting = Resources.NONE;
        for (JsonNode container : spec.path("initContainers")) {
            Resources asked = sidecar(container) ? requested.apply(container) : requested(container);
            if (sidecar(container)) {
                running = running.plus(asked);
                starting = starting.max(running);
            } else {
                starting = starting.max(running.plus(asked));
            }
        }
        for (JsonNode container : spec.path("containers")) {
            running = running.plus(requested.apply(container));
        }
        Resources pod = Resources.of(spec.path("resources").path("requests"));
        Resources all = running.max(starting);
        for (String name : pod.names()) {
            // Pod-level requests replace the containers' sum.
            all = all.minus(new Resources(Map.of(name, all.of(name) - pod.of(name))));
        }
        return all.plus(Resources.of(spec.path("overhead")));
    }

    private static Resources requested(JsonNode container) {
        return Resources.of(container.path("resources").path("requests"));
    }

    static boolean sidecar(JsonNode initContainer) {
        return initContainer.path("restartPolicy").asText().equals("Always");
    }

    /** Whether it has node constraints. */
    public boolean choosesNodes() {
        return !nodeSelector.isEmpty() || required != null;
    }

    /** Whether a node matches the pod's nodeSelector and node affinity. */
    public boolean chooses(String node, Map<String, String> labels) {
        for (Map.Entry<String, String> each : nodeSelector.entrySet()) {
            if (!each.getValue().equals(labels.get(each.getKey()))) {
                return false;
            }
        }
        return required == null || required.matches(node, labels);
    }

    /** Whether the pod tolerates a taint, at least for a while. */
    public boolean tolerates(Taint taint) {
        for (Toleration each : tolerations) {
            if (each.tolerates(taint)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the pod's host ports is among those that are taken. */
    public boolean collides(Set<HostPort> taken) {
        return hostPorts.stream().anyMatch(port -> taken.stream().anyMatch(port::collides));
    }
}
