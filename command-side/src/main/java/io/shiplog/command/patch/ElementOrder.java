package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order of a merged list: elements in the patch have the patch's order, the others their old order, and both are
 * interleaved by old position.
 */
final class ElementOrder {
    private ElementOrder() {}

    /**
     * @param wanted the patch's order: whole elements, or only their keys
     * @param before the old list
     * @param key identifies elements, null for texts
     */
    static ArrayNode of(ArrayNode merged, ArrayNode wanted, ArrayNode before, @Nullable String key) {
        Map<String, Integer> asked = places(wanted, key);
        Map<String, Integer> stood = places(before, key);
        List<Placed> named = new ArrayList<>();
        List<Placed> others = new ArrayList<>();
        for (JsonNode element : merged) {
            String identity = identity(element, key);
            Integer at = asked.get(identity);
            Placed placed = new Placed(element, at, stood.get(identity));
            (at != null ? named : others).add(placed);
        }
        named.sort(Comparator.comparing(Placed::asked, Comparator.nullsLast(Comparator.naturalOrder())));
        // A new element stays after the existing ones.
        others.sort(Comparator.comparing(Placed::stood, Comparator.nullsLast(Comparator.naturalOrder())));
        return woven(others, named, merged.arrayNode(merged.size()));
    }

    /** An element with its position in the requested order and in the old list, null if it has none. */
    private record Placed(
            JsonNode element,
            @Nullable Integer asked,
            @Nullable Integer stood) {
        boolean preceded(Placed other) {
            return stood != null && other.stood != null && stood < other.stood;
        }
    }

    private static ArrayNode woven(List<Placed> others, List<Placed> named, ArrayNode result) {
        int i = 0;
        int j = 0;
        while (i < others.size() || j < named.size()) {
            boolean other =
                    j == named.size() || i < others.size() && others.get(i).preceded(named.get(j));
            result.add(other ? others.get(i++).element() : named.get(j++).element());
        }
        return result;
    }

    /** The positions of elements in a list, by identity. */
    static Map<String, Integer> places(ArrayNode list, @Nullable String key) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            places.putIfAbsent(identity(list.get(i), key), i);
        }
        return places;
    }

    /** The identity of an element: its key, or all of it. A text, since a map finds texts quickly even with colliding hashes. */
    static String identity(JsonNode element, @Nullable String key) {
        JsonNode node = key != null && element.isObject() ? element.path(key) : element;
        return node.isTextual() ? "\"" + node.textValue() : node.toString();
    }
}
