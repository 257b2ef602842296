package io.shiplog.command.kind.tree;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.placement.EffectiveResources;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the containers of a pod request together, or are limited to: all containers that run at one time.
 *
 * @see <a
 *     href="https://github.com/kubernetes/component-helpers/blob/master/resource/helpers.go">resource.PodRequests</a>
 */
public final class PodResources {
    private PodResources() {}

    /** @param side {@code requests} or {@code limits} */
    public static Map<String, Quantity> of(JsonNode spec, String side) {
        return sum(spec, side, container -> amounts(container, side));
    }

    /** Whether the containers of two pods want the same, however that is written. */
    public static boolean sameSpec(JsonNode pod, JsonNode other) {
        return List.of("requests", "limits").stream()
                .allMatch(side -> of(pod.path("spec"), side).equals(of(other.path("spec"), side)));
    }

    private static Map<String, Quantity> sum(
            JsonNode spec, String side, Function<JsonNode, Map<String, Quantity>> running) {
        Map<String, Quantity> sum = new TreeMap<>();
        for (ObjectNode container : Trees.objects(spec, "containers")) {
            add(sum, running.apply(container));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> starting = new TreeMap<>();
        for (ObjectNode container : Trees.objects(spec, "initContainers")) {
            boolean sidecar = text(container, "restartPolicy").equals("Always");
            Map<String, Quantity> own = sidecar ? running.apply(container) : amounts(container, side);
            if (sidecar) {
                add(sum, own);
                add(sidecars, own);
                most(starting, sidecars);
            } else {
                Map<String, Quantity> with = new TreeMap<>(sidecars);
                add(with, own);
                most(starting, with);
            }
        }
        most(sum, starting);
        ResourceLists.of(Trees.at(spec, "resources", side)).forEach((name, amount) -> {
            if (Trees.oneOf(name, "cpu", "memory")) {
                sum.put(name, amount);
            }
        });
        return sum;
    }

    /**
     * What a pod counts for, with what it has while it is resized and with what the runtime itself needs: on both sides, but a limit only
     * where there is one.
     */
    public static Map<String, Quantity> ofPod(JsonNode pod, String side) {
        JsonNode spec = pod.path("spec");
        Map<String, Quantity> sum =
                sum(spec, side, container -> ResourceLists.of(EffectiveResources.of(pod, container, side)));
        ResourceLists.of(spec.path("overhead")).forEach((name, amount) -> {
            if (side.equals("requests") || sum.containsKey(name)) {
                sum.merge(name, amount, Quantity::plus);
            }
        });
        return sum;
    }

    private static Map<String, Quantity> amounts(JsonNode container, String side) {
        return ResourceLists.of(Trees.at(container, "resources", side));
    }

    private static void add(Map<String, Quantity> sum, Map<String, Quantity> amounts) {
        amounts.forEach((name, amount) -> sum.merge(name, amount, Quantity::plus));
    }

    private static void most(Map<String, Quantity> most, Map<String, Quantity> amounts) {
        amounts.forEach((name, amount) -> most.merge(name, amount, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    }
}
