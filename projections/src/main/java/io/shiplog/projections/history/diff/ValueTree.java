package io.shiplog.projections.history.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.projections.history.diff.ValuePath.Step;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up and changes values of a tree by their paths. Items of a list are found by an index, made at the first look: a list may have
 * tens of thousands of them, and each is looked up. The tree is changed through this alone.
 */
public final class ValueTree {
    private final JsonNode root;
    /** By list, by the field that tells its items apart, by that field's value; of several items with one value the first. */
    private final Map<JsonNode, Map<String, Map<String, JsonNode>>> indexes = new IdentityHashMap<>();

    public ValueTree(JsonNode root) {
        this.root = root;
    }

    /** The value, null if there is none. */
    public @Nullable JsonNode get(ValuePath path) {
        JsonNode node = root;
        for (Step step : path.steps()) {
            node = child(node, step);
            if (node == null || node.isNull()) {
                return null;
            }
        }
        return node;
    }

    private @Nullable JsonNode child(JsonNode node, Step step) {
        return switch (step) {
            case Step.Member(String name) -> node.get(name);
            case Step.Item(String key, String value) -> index(node, key).get(value);
        };
    }

    private Map<String, JsonNode> index(JsonNode list, String key) {
        return indexes.computeIfAbsent(list, l -> new HashMap<>()).computeIfAbsent(key, k -> {
            Map<String, JsonNode> items = new HashMap<>();
            list.forEach(item -> items.putIfAbsent(item.path(key).asText(""), item));
            return items;
        });
    }

    /**
     * Sets a value, or takes it away. What should hold it and is not there is made.
     *
     * @param value null to take it away
     * @return false if something else stands where it should be held
     */
    public boolean set(ValuePath path, @Nullable JsonNode value) {
        JsonNode list = null;
        JsonNode holder = root;
        var steps = path.steps();
        for (int i = 0; i < steps.size() - 1; i++) {
            JsonNode next = child(holder, steps.get(i));
            if (next == null || next.isNull()) {
                if (value == null) {
                    return true; // what is nowhere held is not there
                }
                next = made(holder, steps.get(i), steps.get(i + 1));
            }
            if (next == null) {
                return false;
            }
            list = steps.get(i) instanceof Step.Item ? holder : null;
            holder = next;
        }
        return switch (steps.getLast()) {
            case Step.Member(String name) -> {
                if (list != null) {
                    indexes.getOrDefault(list, Map.of()).remove(name); // what tells the items apart may change
                }
                yield holder instanceof ObjectNode object && setMember(object, name, value);
            }
            case Step.Item(String key, String wanted) ->
                holder instanceof ArrayNode items && setItem(items, key, wanted, value);
        };
    }

    /** What holds a value, empty; only a field of an object can be made so, an item of a list comes as a whole. */
    private static @Nullable JsonNode made(JsonNode holder, Step step, Step next) {
        if (!(holder instanceof ObjectNode object) || !(step instanceof Step.Member(String name))) {
            return null;
        }
        return switch (next) {
            case Step.Member member -> object.putObject(name);
            case Step.Item item -> object.putArray(name);
        };
    }

    private static boolean setMember(ObjectNode object, String name, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(name);
        } else {
            object.set(name, value.deepCopy());
        }
        return true;
    }

    private boolean setItem(ArrayNode list, String key, String wanted, @Nullable JsonNode value) {
        Map<String, JsonNode> index = index(list, key);
        JsonNode old = index.get(wanted);
        if (old == null && value == null) {
            return true;
        }
        // Kept up to date where each item has a value of its own; made again in any other case.
        boolean unique = index.size() == list.size();
        indexes.remove(list);
        if (value == null) {
            list.remove(position(list, old));
            index.remove(wanted);
        } else {
            JsonNode copy = value.deepCopy();
            if (old == null) {
                list.add(copy);
            } else {
                list.set(position(list, old), copy);
            }
            unique &= copy.path(key).asText("").equals(wanted);
            index.put(wanted, copy);
        }
        if (unique) {
            indexes.put(list, new HashMap<>(Map.of(key, index)));
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // this very item, not one like it
    private static int position(ArrayNode list, @Nullable JsonNode item) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) == item) {
                return i;
            }
        }
        throw new IllegalStateException("the list was changed by something else");
    }
}
