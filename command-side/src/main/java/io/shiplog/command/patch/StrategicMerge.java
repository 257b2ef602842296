package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.schema.GoText;
import io.shiplog.events.kind.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch: a merge patch in which some lists merge by a key, controlled by directives in the patch.
 *
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md">Strategic
 *     merge patch</a>
 */
final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String SET_ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    static JsonNode apply(Schema.@Nullable Struct schema, ObjectNode target, JsonNode patch) throws PatchException {
        if (!(patch instanceof ObjectNode fields)) {
            throw PatchException.malformed("error decoding patch: json: cannot unmarshal into a map");
        }
        return merge(target, fields, MergeSchema.of(schema));
    }

    /** Merges a patch into an object. Both are consumed. */
    private static ObjectNode merge(ObjectNode target, ObjectNode patch, MergeSchema schema) throws PatchException {
        JsonNode directive = patch.remove(PATCH);
        if (directive != null) {
            switch (directive.asText()) {
                case "replace" -> {
                    return merge(JsonNodeFactory.instance.objectNode(), patch, schema);
                }
                case "delete" -> {
                    return JsonNodeFactory.instance.objectNode();
                }
                case "merge" -> {}
                default -> throw PatchException.malformed("unknown patch type found: " + directive.asText());
            }
        }
        retainKeys(target, patch);
        for (String name : names(patch, SET_ORDER)) {
            mergeInOrder(target, patch, name, schema.field(name));
        }
        for (String name : names(patch, DELETE_FROM)) {
            deleteFrom(target, name, list(patch.remove(DELETE_FROM + name), DELETE_FROM + name));
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            mergeField(target, field.getKey(), field.getValue(), schema.field(field.getKey()));
        }
        return target;
    }

    private static void mergeField(ObjectNode target, String name, JsonNode value, MergeSchema schema)
            throws PatchException {
        JsonNode there = target.path(name);
        switch (value) {
            case ObjectNode object -> {
                // "delete" removes the field itself, not only its content.
                if (object.path(PATCH).asText("").equals("delete")) {
                    target.remove(name);
                    return;
                }
                ObjectNode base = there instanceof ObjectNode own ? own : JsonNodeFactory.instance.objectNode();
                target.set(name, merge(base, object, schema));
            }
            // As in Kubernetes: a list that replaces another is taken as it is, with directives and nulls.
            case ArrayNode list ->
                target.set(name, there.isArray() && !merges(schema) ? list : mergeList(list(there), list, schema));
            default -> {
                if (value.isNull()) {
                    target.remove(name);
                } else {
                    target.set(name, value);
                }
            }
        }
    }

    private static void retainKeys(ObjectNode target, ObjectNode patch) throws PatchException {
        JsonNode retain = patch.remove(RETAIN_KEYS);
        if (retain == null) {
            return;
        }
        Set<String> keys = new HashSet<>();
        list(retain, RETAIN_KEYS).forEach(key -> keys.add(key.asText()));
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            boolean directive = field.getKey().startsWith("$");
            if (!directive && !field.getValue().isNull() && !keys.contains(field.getKey())) {
                throw PatchException.malformed(
                        "the $retainKeys list must contain every field of the patch, it lacks " + field.getKey());
            }
        }
        target.retain(keys);
    }

    /** The fields with a directive of this prefix in the patch. */
    private static List<String> names(ObjectNode patch, String prefix) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getKey().startsWith(prefix)) {
                names.add(field.getKey().substring(prefix.length()));
            }
        }
        return names;
    }

    private static void deleteFrom(ObjectNode target, String name, ArrayNode values) {
        if (!(target.get(name) instanceof ArrayNode there)) {
            return;
        }
        removeAll(there, values);
    }

    private static void removeAll(ArrayNode list, ArrayNode values) {
        Set<String> gone = ElementOrder.places(values, null).keySet();
        list.removeIf(element -> gone.contains(ElementOrder.identity(element, null)));
    }

    /** Merges a list and sorts it in the patch's order. */
    private static void mergeInOrder(ObjectNode target, ObjectNode patch, String name, MergeSchema schema)
            throws PatchException {
        ArrayNode order = list(patch.remove(SET_ORDER + name), SET_ORDER + name);
        JsonNode change = patch.remove(name);
        if (change != null && change.isNull()) {
            target.remove(name);
            return;
        }
        ArrayNode merged = list(target.path(name));
        ArrayNode before = merged.deepCopy();
        if (change instanceof ArrayNode elements) {
            checkOrder(elements, order, schema);
            merged = merges(schema) ? mergeElements(merged, elements, order, schema) : elements;
        }
        JsonNode removed = patch.remove(DELETE_FROM + name);
        if (removed != null) {
            removeAll(merged, list(removed, DELETE_FROM + name));
        }
        if (merged.isEmpty() && !target.has(name)) {
            return;
        }
        target.set(name, ElementOrder.of(merged, order, before, schema.key()));
    }

    /** The elements of a patch must be in the order list, in its order. */
    private static void checkOrder(ArrayNode elements, ArrayNode order, MergeSchema schema) throws PatchException {
        Map<String, Integer> places = ElementOrder.places(order, schema.key());
        int from = 0;
        for (JsonNode element : elements) {
            if (element.has(PATCH)) {
                continue;
            }
            int at = places.getOrDefault(ElementOrder.identity(element, schema.key()), -1);
            if (at < from) {
                throw PatchException.malformed("The order in patch list:\n%s\n doesn't match $setElementOrder list:\n%s"
                        .formatted(elements, order));
            }
            from = at;
        }
    }

    private static ArrayNode mergeList(ArrayNode there, ArrayNode patch, MergeSchema schema) throws PatchException {
        if (!merges(schema)) {
            return plain(patch);
        }
        ArrayNode before = there.deepCopy();
        ArrayNode merged = mergeElements(there, patch, null, schema);
        // Directives are not elements: they have no position.
        patch.removeIf(element -> element.has(PATCH));
        return ElementOrder.of(merged, patch, before, schema.key());
    }

    private static boolean merges(MergeSchema schema) {
        return schema.key() != null || schema.mergesTexts();
    }

    /** A replacing list: its objects lose their directives and nulls. */
    private static ArrayNode plain(ArrayNode list) throws PatchException {
        ArrayNode result = list.arrayNode(list.size());
        for (JsonNode element : list) {
            result.add(
                    element instanceof ObjectNode object
                            ? merge(JsonNodeFactory.instance.objectNode(), object, MergeSchema.PLAIN)
                            : element);
        }
        return result;
    }

    /** @param order the patch's order of this list, null if it has none */
    private static ArrayNode mergeElements(
            ArrayNode there, ArrayNode patch, @Nullable ArrayNode order, MergeSchema schema) throws PatchException {
        boolean replaces = false;
        for (JsonNode element : patch) {
            replaces |= element.path(PATCH).asText("").equals("replace");
        }
        KeyedList merged = new KeyedList(replaces ? there.arrayNode() : there, schema.key());
        String key = schema.key();
        if (key == null) {
            for (JsonNode element : patch) {
                if (merged.first(element) == null) {
                    merged.add(element);
                }
            }
            return merged.list();
        }
        MergeSchema each = schema.each();
        List<JsonNode> left = SharedKeys.merge(
                merged,
                patch,
                key,
                order,
                (element, change) -> merge(element == null ? change.objectNode() : element, change, each));
        for (JsonNode element : left) {
            mergeElement(merged, element, key, each);
        }
        return merged.list();
    }

    /** Whether an element of a patch deletes; any other directive is refused, but that of the whole list. */
    static boolean deletes(ObjectNode element) throws PatchException {
        String directive = element.path(PATCH).asText("");
        switch (directive) {
            case "" -> {}
            case "replace" -> element.remove(PATCH);
            case "delete" -> {
                return true;
            }
            case "merge" -> throw PatchException.malformed("merging lists cannot yet be specified in the patch");
            default -> throw PatchException.malformed("unknown patch type found: " + directive);
        }
        return false;
    }

    private static void mergeElement(KeyedList merged, JsonNode element, String key, MergeSchema each)
            throws PatchException {
        if (!(element instanceof ObjectNode object)) {
            throw PatchException.malformed("expected a map in a list that merges by " + key + ", found " + element);
        }
        boolean replaces = object.path(PATCH).asText("").equals("replace");
        if (deletes(object)) {
            if (!object.has(key)) {
                throw PatchException.malformed("delete patch type with no merge key defined");
            }
            merged.removeAll(object);
        } else if (replaces) {
            // It applies to the whole list; the rest of it is an element if it has the key.
            if (object.has(key)) {
                merged.add(object);
            }
        } else if (!object.has(key)) {
            throw PatchException.malformed(
                    "map: %s does not contain declared merge key: %s".formatted(GoText.of(object), key));
        } else if (merged.first(object) instanceof ObjectNode own) {
            // The merge changes the element in place. Its key stays: the patch has the same.
            merge(own, object, each);
        } else {
            merged.add(merge(object.objectNode(), object, each));
        }
    }

    private static ArrayNode list(JsonNode node, String name) throws PatchException {
        if (node instanceof ArrayNode list) {
            return list;
        }
        throw PatchException.malformed("%s must be a list, found %s".formatted(name, node));
    }

    private static ArrayNode list(JsonNode node) {
        return node instanceof ArrayNode list ? list : JsonNodeFactory.instance.arrayNode();
    }
}
