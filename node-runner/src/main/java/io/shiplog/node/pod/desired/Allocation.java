package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.node.pod.desired.DesiredContainer.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cpu and memory that a node has given the containers of a pod: what the pod had when it was admitted, or after its last resize that
 * the node accepted. A value.
 *
 * @param byContainer the {@code resources} of each container that can be resized
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize CPU and memory resources
 *     assigned to containers</a>
 */
public record Allocation(Map<String, JsonNode> byContainer) {
    private static final List<String> RESIZABLE = List.of("cpu", "memory");

    public Allocation {
        byContainer = Map.copyOf(byContainer);
    }

    /** All that a pod asks for. */
    public static Allocation asked(DesiredPod pod) {
        Map<String, JsonNode> all = new HashMap<>();
        for (DesiredContainer container : pod.everyContainer()) {
            if (container.resizable()) {
                all.put(container.name(), container.tree().path("resources"));
            }
        }
        return new Allocation(all);
    }

    /** What a pod's status says, for a runner that starts again; what it asks for where the status says nothing. */
    public static Allocation known(DesiredPod pod) {
        Map<String, JsonNode> all = new HashMap<>(asked(pod).byContainer());
        for (DesiredContainer container : pod.everyContainer()) {
            JsonNode entry = container.entryIn(pod.knownStatus());
            if (container.resizable() && entry.path("resources").isObject()) {
                ObjectNode known = entry.path("resources").deepCopy();
                if (entry.path("allocatedResources").isObject()) {
                    known.set("requests", entry.path("allocatedResources"));
                }
                all.put(container.name(), known);
            }
        }
        return new Allocation(all);
    }

    /** The object of a pod with these amounts; the same one if nothing differs. */
    JsonNode into(DesiredPod pod) {
        if (!(pod.tree() instanceof ObjectNode) || !differsFrom(pod)) {
            return pod.tree();
        }
        ObjectNode tree = ((ObjectNode) pod.tree()).deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            if (tree.path("spec").path(list) instanceof ArrayNode containers) {
                containers.forEach(container -> put((ObjectNode) container));
            }
        }
        return tree;
    }

    private void put(ObjectNode container) {
        JsonNode given = byContainer.get(container.path("name").asText());
        if (given == null) {
            return;
        }
        ObjectNode resources = container.withObjectProperty("resources");
        for (String side : List.of("requests", "limits")) {
            ObjectNode amounts = resources.withObjectProperty(side);
            for (String name : RESIZABLE) {
                amounts.remove(name);
                if (given.path(side).has(name)) {
                    amounts.set(name, given.path(side).get(name));
                }
            }
        }
    }

    /** Whether a pod asks for other amounts. */
    public boolean differsFrom(DesiredPod pod) {
        return pod.everyContainer().stream()
                .filter(container -> container.role() == Role.APP || container.sidecar())
                .anyMatch(this::differs);
    }

    private boolean differs(DesiredContainer container) {
        JsonNode given = byContainer.get(container.name());
        return given != null && !sameAmounts(given, container.tree().path("resources"));
    }

    private static boolean sameAmounts(JsonNode given, JsonNode asked) {
        for (String side : List.of("requests", "limits")) {
            for (String name : RESIZABLE) {
                if (!amount(given.path(side).path(name))
                        .equals(amount(asked.path(side).path(name)))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Quantity amount(JsonNode text) {
        Quantity amount = Quantity.parseOrNull(text.asText());
        return amount == null ? Quantity.ZERO : amount;
    }
}
