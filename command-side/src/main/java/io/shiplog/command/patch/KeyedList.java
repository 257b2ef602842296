package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list with elements indexed by key, so that a merge of two long lists takes linear time. */
final class KeyedList {
    private final List<@Nullable JsonNode> elements = new ArrayList<>();
    private final Map<String, List<Integer>> places = new HashMap<>();
    private final ArrayNode empty;
    private final @Nullable String key;

    /** @param key identifies elements, null for texts */
    KeyedList(ArrayNode list, @Nullable String key) {
        this.key = key;
        this.empty = list.arrayNode();
        list.forEach(this::add);
    }

    void add(JsonNode element) {
        places.computeIfAbsent(ElementOrder.identity(element, key), _ -> new ArrayList<>(1))
                .add(elements.size());
        elements.add(element);
    }

    /** The first element with the same key, or null. */
    @Nullable JsonNode first(JsonNode element) {
        List<Integer> found = places.get(ElementOrder.identity(element, key));
        return found == null ? null : elements.get(found.getFirst());
    }

    /** The number of elements, those removed included. */
    int size() {
        return elements.size();
    }

    /** How many elements have the same key. */
    int count(JsonNode element) {
        return places.getOrDefault(ElementOrder.identity(element, key), List.of())
                .size();
    }

    /** All elements with the same key, in order. */
    List<ObjectNode> all(JsonNode element) {
        List<ObjectNode> all = new ArrayList<>(1);
        for (int at : places.getOrDefault(ElementOrder.identity(element, key), List.of())) {
            if (elements.get(at) instanceof ObjectNode object) {
                all.add(object);
            }
        }
        return all;
    }

    /** Removes this very element. */
    void remove(ObjectNode element) {
        List<Integer> found = places.get(ElementOrder.identity(element, key));
        if (found != null) {
            found.removeIf(at -> {
                boolean same = elements.get(at) == element;
                if (same) {
                    elements.set(at, null);
                }
                return same;
            });
            if (found.isEmpty()) {
                places.remove(ElementOrder.identity(element, key));
            }
        }
    }

    /** Removes all elements with the same key. */
    void removeAll(JsonNode element) {
        List<Integer> found = places.remove(ElementOrder.identity(element, key));
        if (found != null) {
            found.forEach(at -> elements.set(at, null));
        }
    }

    /** The current list. */
    ArrayNode list() {
        ArrayNode list = empty.arrayNode(elements.size());
        for (JsonNode element : elements) {
            if (element != null) {
                list.add(element);
            }
        }
        return list;
    }
}
