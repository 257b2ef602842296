package io.shiplog.projections.history.diff;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The field that identifies the items of a list. It is inferred from the items: the first of Kubernetes' merge keys that every
 * item has, with unique values. So it works for kinds without a schema, and for lists, such as container statuses, whose schema
 * names no key.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy">Merge strategy</a>
 */
final class ItemKeys {
    private static final List<String> CANDIDATES = List.of(
            "name",
            "type",
            "containerPort",
            "port",
            "mountPath",
            "devicePath",
            "ip",
            "topologyKey",
            "uid",
            "containerID");

    private ItemKeys() {}

    /** The field, null if the lists must be compared as a whole: their items are not objects, or have no key. */
    static @Nullable String of(JsonNode... lists) {
        for (String candidate : CANDIDATES) {
            boolean tells = true;
            boolean any = false;
            for (JsonNode list : lists) {
                tells &= tellsApart(list, candidate);
                any |= !list.isEmpty();
            }
            if (tells && any) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean tellsApart(JsonNode list, String key) {
        Set<String> seen = new HashSet<>();
        for (JsonNode item : list) {
            JsonNode value = item.path(key);
            if (!value.isValueNode() || value.isNull() || !seen.add(value.asText())) {
                return false;
            }
        }
        return true;
    }

    /** The items by the values of that field, in the list's order. */
    static Map<String, JsonNode> items(JsonNode list, String key) {
        Map<String, JsonNode> items = new LinkedHashMap<>();
        list.forEach(item -> items.put(item.path(key).asText(), item));
        return items;
    }
}
