package io.shiplog.command.kind;

import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Quantity;
import java.util.Map;
import java.util.TreeMap;

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
        Map<String, Quantity> sum = new TreeMap<>();
        for (ObjectNode container : Trees.objects(spec, "containers")) {
            add(sum, amounts(container, side));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> starting = new TreeMap<>();
        for (ObjectNode container : Trees.objects(spec, "initContainers")) {
            Map<String, Quantity> own = amounts(container, side);
            if (text(container, "restartPolicy").equals("Always")) {
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

    /** The same with what the runtime itself needs: on both sides, but a limit only where there is one. */
    public static Map<String, Quantity> withOverhead(JsonNode spec, String side) {
        Map<String, Quantity> sum = of(spec, side);
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
