package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of a merged list: elements that the patch names stand in the patch's order, the others in their old order, and
 * these are woven into those by their old places.
 */
final class ElementOrder {
    private ElementOrder() {}

    /**
     * @param wanted the order that the patch asks for: whole elements, or their keys alone
     * @param before the list as it was
     * @param key by which elements are told apart, null for texts
     */
    static ArrayNode of(ArrayNode merged, ArrayNode wanted, ArrayNode before, @Nullable String key) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode element : merged) {
            (indexOf(wanted, element, key) >= 0 ? named : others).add(element);
        }
        named.sort(Comparator.comparingInt(element -> indexOf(wanted, element, key)));
        // An element that was not there before stays behind those that were.
        others.sort(Comparator.comparingInt(element -> place(before, element, key)));
        return woven(others, named, before, key, merged.arrayNode(merged.size()));
    }

    private static int place(ArrayNode before, JsonNode element, @Nullable String key) {
        int at = indexOf(before, element, key);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private static ArrayNode woven(
            List<JsonNode> others, List<JsonNode> named, ArrayNode before, @Nullable String key, ArrayNode result) {
        int i = 0;
        int j = 0;
        while (i < others.size() || j < named.size()) {
            if (i == others.size()) {
                result.add(named.get(j++));
            } else if (j == named.size() || stoodBefore(others.get(i), named.get(j), before, key)) {
                result.add(others.get(i++));
            } else {
                result.add(named.get(j++));
            }
        }
        return result;
    }

    private static boolean stoodBefore(JsonNode a, JsonNode b, ArrayNode before, @Nullable String key) {
        int left = indexOf(before, a, key);
        int right = indexOf(before, b, key);
        return left >= 0 && right >= 0 && left < right;
    }

    /** Where an element stands in a list, or -1. */
    static int indexOf(ArrayNode list, JsonNode element, @Nullable String key) {
        JsonNode wanted = key == null ? element : element.path(key);
        for (int i = 0; i < list.size(); i++) {
            JsonNode each = key == null ? list.get(i) : list.get(i).path(key);
            if (each.equals(wanted)) {
                return i;
            }
        }
        return -1;
    }
}
