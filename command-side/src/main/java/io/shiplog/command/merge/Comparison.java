package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two objects of one type.
 *
 * @param changed the paths that are new or have another value
 * @param removed the paths that are gone
 * @see <a href="https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/typed#TypedValue.Compare">TypedValue.Compare</a>
 */
record Comparison(FieldSet changed, FieldSet removed) {
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    private static final ObjectNode NO_FIELDS = JsonNodeFactory.instance.objectNode();

    /** An empty list of items, for an absent one. */
    private static final ArrayNode NO_ITEMS = JsonNodeFactory.instance.arrayNode();

    /** Compares two objects; null stands for an absent one. */
    static Comparison of(Shape shape, @Nullable JsonNode before, @Nullable JsonNode after) {
        FieldSet changed = new FieldSet();
        FieldSet removed = new FieldSet();
        Level root = new Level(null, PathElement.field(""), changed, removed);
        if (!isLeaf(shape, before, after)) {
            descend(shape, before, after, root);
        }
        return new Comparison(changed, removed);
    }

    boolean isEmpty() {
        return changed.isEmpty() && removed.isEmpty();
    }

    Comparison within(Reach reach) {
        return new Comparison(reach.of(changed), reach.of(removed));
    }

    static boolean same(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    static boolean isAbsent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }

    /** Whether there is nothing below a value. A struct without written fields still has those that it always has. */
    private static boolean isVoid(Shape shape, @Nullable JsonNode node) {
        return node == null
                || !node.isContainerNode()
                || node.isEmpty() && (!node.isObject() || shape.zero().isEmpty());
    }

    /** Whether two values are compared as wholes. Two containers without content are, to tell empty from absent. */
    static boolean isLeaf(Shape shape, @Nullable JsonNode a, @Nullable JsonNode b) {
        Shape.Kind kind = shape.kind(a, b);
        return kind == Shape.Kind.SCALAR || kind == Shape.Kind.ATOMIC || (isVoid(shape, a) && isVoid(shape, b));
    }

    /** A place in both sets, made when the first path below it is found. */
    private static final class Level {
        private final @Nullable Level parent;
        private final PathElement element;
        private @Nullable FieldSet changed;
        private @Nullable FieldSet removed;

        Level(@Nullable Level parent, PathElement element, @Nullable FieldSet changed, @Nullable FieldSet removed) {
            this.parent = parent;
            this.element = element;
            this.changed = changed;
            this.removed = removed;
        }

        FieldSet changed() {
            FieldSet set = changed;
            if (set == null) {
                set = above().changed().child(element);
                changed = set;
            }
            return set;
        }

        FieldSet removed() {
            FieldSet set = removed;
            if (set == null) {
                set = above().removed().child(element);
                removed = set;
            }
            return set;
        }

        private Level above() {
            if (parent == null) {
                throw new IllegalStateException("the root has its sets");
            }
            return parent;
        }
    }

    private static void compare(
            Shape shape, @Nullable JsonNode before, @Nullable JsonNode after, PathElement element, Level above) {
        if (before == null && after == null) {
            return;
        }
        boolean leaf = isLeaf(shape, before, after);
        if (before == null) {
            above.changed().insert(element);
        } else if (after == null) {
            above.removed().insert(element);
        } else if (leaf && !same(before, after)) {
            above.changed().insert(element);
        }
        if (!leaf) {
            descend(shape, before, after, new Level(above, element, null, null));
        }
    }

    private static void descend(Shape shape, @Nullable JsonNode before, @Nullable JsonNode after, Level level) {
        switch (shape.kind(before, after)) {
            case STRUCT, MAP, UNTYPED -> fields(shape, before, after, level);
            case SET, KEYED -> {
                // Lists without a change are many, and their items' elements cost.
                if (before == null || after == null || !before.equals(after)) {
                    items(shape, list(before), list(after), level);
                }
            }
            case SCALAR, ATOMIC -> throw new IllegalStateException("a leaf");
        }
    }

    /** Compares field by field. A struct that is there has the fields that it always has, written or not. */
    private static void fields(Shape shape, @Nullable JsonNode before, @Nullable JsonNode after, Level level) {
        ObjectNode zero = shape.zero();
        ObjectNode zeroBefore = before instanceof ObjectNode ? zero : NO_FIELDS;
        ObjectNode zeroAfter = after instanceof ObjectNode ? zero : NO_FIELDS;
        if (before instanceof ObjectNode was) {
            for (Map.Entry<String, JsonNode> field : was.properties()) {
                JsonNode is = after == null ? null : after.get(field.getKey());
                field(shape, field.getKey(), field.getValue(), is == null ? zeroAfter.get(field.getKey()) : is, level);
            }
        }
        if (after instanceof ObjectNode is) {
            for (Map.Entry<String, JsonNode> field : is.properties()) {
                if (before == null || !before.has(field.getKey())) {
                    field(shape, field.getKey(), zeroBefore.get(field.getKey()), field.getValue(), level);
                }
            }
        }
        JsonNode there = zeroBefore == zeroAfter ? null : zeroBefore == zero ? before : after;
        if (there != null) {
            for (Map.Entry<String, JsonNode> field : zero.properties()) {
                if (!there.has(field.getKey())) {
                    field(shape, field.getKey(), zeroBefore.get(field.getKey()), zeroAfter.get(field.getKey()), level);
                }
            }
        }
    }

    private static void field(
            Shape shape, String name, @Nullable JsonNode before, @Nullable JsonNode after, Level level) {
        // Nearly all that is stored is as it was.
        if (before != after) {
            compare(shape.field(name), before, after, shape.step(name), level);
        }
    }

    private static ArrayNode list(@Nullable JsonNode node) {
        return node instanceof ArrayNode list ? list : NO_ITEMS;
    }

    /** Items with the same element, in order; more than one are duplicates. */
    static Map<PathElement, List<JsonNode>> byElement(Shape shape, JsonNode list) {
        Map<PathElement, List<JsonNode>> items = LinkedHashMap.newLinkedHashMap(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            PathElement element;
            try {
                element = shape.item(item);
            } catch (MergeException e) {
                throw new MergeException("element %d: %s".formatted(i, e.why()));
            }
            items.computeIfAbsent(element, key -> new ArrayList<>(1)).add(item);
        }
        return items;
    }

    private static void items(Shape shape, ArrayNode before, ArrayNode after, Level level) {
        Map<PathElement, List<JsonNode>> were = byElement(shape, before);
        Map<PathElement, List<JsonNode>> are = byElement(shape, after);
        BiConsumer<PathElement, List<JsonNode>> visit =
                (element, was) -> items(shape, element, was, are.getOrDefault(element, List.of()), level);
        were.forEach(visit);
        are.forEach((element, is) -> {
            if (!were.containsKey(element)) {
                items(shape, element, List.of(), is, level);
            }
        });
    }

    private static void items(Shape shape, PathElement element, List<JsonNode> was, List<JsonNode> is, Level level) {
        JsonNode before = was.isEmpty() ? null : was.getFirst();
        JsonNode after = is.isEmpty() ? null : is.getFirst();
        if (was.size() <= 1 && is.size() <= 1) {
            compare(shape.element(), before, after, element, level);
        } else if (was.size() > 1 && is.size() > 1) {
            // Duplicates are compared together.
            if (!same(array(was), array(is))) {
                level.changed().insert(element);
            }
        } else if (was.size() > 1) {
            compare(shape.element(), null, after, element, level);
            level.removed().insert(element);
        } else {
            compare(shape.element(), before, null, element, level);
            level.changed().insert(element);
        }
    }

    private static ArrayNode array(List<JsonNode> items) {
        return JsonNodeFactory.instance.arrayNode().addAll(items);
    }

    /** The paths that an applied configuration sets: its leaves, its items, and the keys of its maps. */
    static FieldSet paths(Shape shape, JsonNode value) {
        FieldSet set = new FieldSet();
        collect(shape, value, set);
        return set;
    }

    private static void collect(Shape shape, JsonNode value, FieldSet set) {
        switch (shape.kind(value, null)) {
            case SCALAR, ATOMIC -> {}
            case STRUCT, MAP, UNTYPED ->
                value.properties().forEach(field -> {
                    PathElement element = shape.step(field.getKey());
                    JsonNode child = field.getValue();
                    Shape type = shape.field(field.getKey());
                    collectChild(type, child, element, set);
                    if (child.isNull() || (child.isObject() && child.isEmpty()) || !shape.declares(field.getKey())) {
                        set.insert(element);
                    }
                });
            case SET, KEYED ->
                byElement(shape, value).forEach((element, items) -> {
                    if (items.size() == 1) {
                        collectChild(shape.element(), items.getFirst(), element, set);
                    }
                    set.insert(element);
                });
        }
    }

    private static void collectChild(Shape type, JsonNode child, PathElement element, FieldSet set) {
        Shape.Kind kind = type.kind(child, null);
        if (kind == Shape.Kind.SCALAR || kind == Shape.Kind.ATOMIC) {
            set.insert(element);
        } else if (child.isContainerNode() && !child.isEmpty()) {
            collect(type, child, set.child(element));
        }
    }
}
