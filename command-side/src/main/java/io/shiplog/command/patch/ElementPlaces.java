package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the elements of a list stand, by their key or, of texts, by themselves: looked up, since lists may be long. */
final class ElementPlaces {
    private final @Nullable String key;
    private final Map<JsonNode, Integer> places = new HashMap<>();

    private ElementPlaces(@Nullable String key) {
        this.key = key;
    }

    /** Of a list as it is now. Of elements with one key the first counts. */
    static ElementPlaces of(ArrayNode list, @Nullable String key) {
        ElementPlaces places = new ElementPlaces(key);
        for (int i = 0; i < list.size(); i++) {
            places.add(list.get(i), i);
        }
        return places;
    }

    /** Notes an element that was added to the list. */
    void add(JsonNode element, int index) {
        places.putIfAbsent(keyOf(element), index);
    }

    /** Where an element stands, or -1. */
    int indexOf(JsonNode element) {
        return places.getOrDefault(keyOf(element), -1);
    }

    private JsonNode keyOf(JsonNode element) {
        return key == null ? element : element.path(key);
    }
}
