package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which field the items of a list are told apart. It is read off the items themselves: the first of the fields by which
 * Kubernetes' types merge their lists that every item has, each with a value of its own. So it works for kinds that nobody
 * described, and for lists, such as container statuses, whose type says nothing.
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

    /** The field, null if the lists must be taken as they are: their items are no objects, or nothing tells them apart. */
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
