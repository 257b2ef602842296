package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges an applied configuration into a live object, and removes paths from an object. Results may share parts with the arguments, which are
 * not changed.
 *
 * @see <a href="https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/typed#TypedValue.Merge">TypedValue.Merge</a>
 */
final class Merging {
    private Merging() {}

    /** The live object with the values of the configuration. Nothing is removed. */
    static JsonNode merge(Shape shape, JsonNode live, JsonNode config) {
        if (Comparison.isLeaf(shape, live, config)) {
            return config;
        }
        return switch (shape.kind(live, config)) {
            case STRUCT, MAP, UNTYPED -> fields(shape, live, config);
            case SET, KEYED -> items(shape, live, config);
            case SCALAR, ATOMIC -> throw new IllegalStateException("a leaf");
        };
    }

    private static JsonNode fields(Shape shape, JsonNode live, JsonNode config) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        live.properties().forEach(field -> {
            JsonNode wanted = config.get(field.getKey());
            merged.set(
                    field.getKey(),
                    wanted == null ? field.getValue() : merge(shape.field(field.getKey()), field.getValue(), wanted));
        });
        config.properties().forEach(field -> {
            if (!live.has(field.getKey())) {
                merged.set(field.getKey(), field.getValue());
            }
        });
        return merged;
    }

    /**
     * Items in the order of the configuration as far as it has them; the live object's other items keep their place between their
     * neighbours.
     */
    private static JsonNode items(Shape shape, JsonNode live, JsonNode config) {
        List<PathElement> theirs = new ArrayList<>();
        Map<PathElement, List<JsonNode>> were = Comparison.byElement(shape, live);
        Map<PathElement, List<JsonNode>> wanted = Comparison.byElement(shape, config);
        live.forEach(item -> theirs.add(shape.item(item)));
        List<PathElement> ours = List.copyOf(wanted.keySet());
        List<PathElement> shared = ours.stream().filter(were::containsKey).toList();

        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        Set<PathElement> done = new HashSet<>();
        int next = 0;
        int l = 0;
        int r = 0;
        while (l < theirs.size() || r < ours.size()) {
            if (l < theirs.size() && r < ours.size()) {
                PathElement element = theirs.get(l);
                if (element.equals(ours.get(r))) {
                    merged.add(item(shape, were, wanted, element));
                    done.add(element);
                    l++;
                    r++;
                    next++;
                    continue;
                }
                if (wanted.containsKey(element)
                        && next < shared.size()
                        && !shared.get(next).equals(element)) {
                    // Shared, but not the one that comes now.
                    l++;
                    continue;
                }
            }
            if (l < theirs.size()) {
                PathElement element = theirs.get(l);
                if (!wanted.containsKey(element)) {
                    merged.add(live.get(l));
                    l++;
                    continue;
                } else if (done.contains(element)) {
                    l++;
                }
            }
            if (r < ours.size()) {
                PathElement element = ours.get(r);
                merged.add(item(shape, were, wanted, element));
                done.add(element);
                r++;
                if (next < shared.size() && shared.get(next).equals(element)) {
                    next++;
                }
            }
        }
        return merged;
    }

    /** One item of the configuration, merged with the live one unless that has duplicates. */
    private static JsonNode item(
            Shape shape,
            Map<PathElement, List<JsonNode>> were,
            Map<PathElement, List<JsonNode>> wanted,
            PathElement element) {
        List<JsonNode> was = were.getOrDefault(element, List.of());
        JsonNode is = wanted.getOrDefault(element, List.of()).getFirst();
        return was.size() == 1 ? merge(shape.element(), was.getFirst(), is) : is;
    }

    /** The value without some of its fields and items. Atomic values stay or go as wholes. Null if nothing of it is left. */
    static @Nullable JsonNode remove(Shape shape, JsonNode value, FieldSet paths) {
        return switch (shape.kind(value, null)) {
            case SCALAR -> value;
            case ATOMIC -> value.isContainerNode() ? null : value;
            case STRUCT, MAP, UNTYPED -> value.isObject() ? removeFields(shape, value, paths) : null;
            case SET, KEYED -> value.isArray() ? removeItems(shape, value, paths) : null;
        };
    }

    private static @Nullable JsonNode removeFields(Shape shape, JsonNode value, FieldSet paths) {
        if (value.isEmpty()) {
            return null;
        }
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        boolean matched = false;
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            PathElement element = shape.step(field.getKey());
            if (paths.has(element)) {
                continue;
            }
            FieldSet below = paths.below(element);
            matched |= !below.isEmpty();
            rest.set(
                    field.getKey(),
                    below.isEmpty()
                            ? field.getValue()
                            : removeBelow(shape.field(field.getKey()), field.getValue(), below));
        }
        return rest.isEmpty() && !matched ? null : rest;
    }

    private static @Nullable JsonNode removeItems(Shape shape, JsonNode value, FieldSet paths) {
        if (value.isEmpty()) {
            return null;
        }
        ArrayNode rest = JsonNodeFactory.instance.arrayNode();
        boolean matched = false;
        for (JsonNode item : value) {
            PathElement element = shape.item(item);
            if (paths.has(element)) {
                continue;
            }
            FieldSet below = paths.below(element);
            matched |= !below.isEmpty();
            rest.add(below.isEmpty() ? item : removeBelow(shape.element(), item, below));
        }
        return rest.isEmpty() && !matched ? null : rest;
    }

    /** What is left of a value that itself stays. */
    private static JsonNode removeBelow(Shape shape, JsonNode value, FieldSet below) {
        JsonNode rest = remove(shape, value, below);
        if (rest != null) {
            return rest;
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return value.isObject() ? nodes.objectNode() : value.isArray() ? nodes.arrayNode() : nodes.nullNode();
    }
}
