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
    private final ElementPlaces wanted;
    private final ElementPlaces before;

    private ElementOrder(ElementPlaces wanted, ElementPlaces before) {
        this.wanted = wanted;
        this.before = before;
    }

    /**
     * @param wanted the order that the patch asks for: whole elements, or their keys alone
     * @param before the places that the elements had
     * @param key by which elements are told apart, null for texts
     */
    static ArrayNode of(ArrayNode merged, ArrayNode wanted, ElementPlaces before, @Nullable String key) {
        return new ElementOrder(ElementPlaces.of(wanted, key), before).order(merged);
    }

    private ArrayNode order(ArrayNode merged) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode element : merged) {
            (wanted.indexOf(element) >= 0 ? named : others).add(element);
        }
        named.sort(Comparator.comparingInt(wanted::indexOf));
        // An element that was not there before stays behind those that were.
        others.sort(Comparator.comparingInt(this::place));
        return woven(others, named, merged.arrayNode(merged.size()));
    }

    private int place(JsonNode element) {
        int at = before.indexOf(element);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private ArrayNode woven(List<JsonNode> others, List<JsonNode> named, ArrayNode result) {
        int i = 0;
        int j = 0;
        while (i < others.size() || j < named.size()) {
            if (i == others.size()) {
                result.add(named.get(j++));
            } else if (j == named.size() || stoodBefore(others.get(i), named.get(j))) {
                result.add(others.get(i++));
            } else {
                result.add(named.get(j++));
            }
        }
        return result;
    }

    private boolean stoodBefore(JsonNode a, JsonNode b) {
        int left = before.indexOf(a);
        int right = before.indexOf(b);
        return left >= 0 && right >= 0 && left < right;
    }
}
