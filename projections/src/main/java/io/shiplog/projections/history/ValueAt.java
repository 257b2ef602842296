package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.projections.history.ValuePath.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and changes values of a tree by their paths. */
final class ValueAt {
    private ValueAt() {}

    /** The value, null if there is none. */
    static @Nullable JsonNode get(JsonNode tree, ValuePath path) {
        JsonNode node = tree;
        for (Step step : path.steps()) {
            node = child(node, step);
            if (node == null || node.isNull()) {
                return null;
            }
        }
        return node;
    }

    private static @Nullable JsonNode child(JsonNode node, Step step) {
        return switch (step) {
            case Step.Member(String name) -> node.get(name);
            case Step.Item(String key, String value) -> {
                int index = index(node, key, value);
                yield index < 0 ? null : node.get(index);
            }
        };
    }

    private static int index(JsonNode list, String key, String value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.path(i).path(key).asText("").equals(value)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Sets or removes a value. Missing parents are created.
     *
     * @param value null to remove it
     * @return false if something else is in its place
     */
    static boolean set(ObjectNode tree, ValuePath path, @Nullable JsonNode value) {
        JsonNode holder = tree;
        List<Step> steps = path.steps();
        for (int i = 0; i < steps.size() - 1; i++) {
            JsonNode next = child(holder, steps.get(i));
            if (next == null || next.isNull()) {
                if (value == null) {
                    return true; // a value without parent does not exist
                }
                next = made(holder, steps.get(i), steps.get(i + 1));
            }
            if (next == null) {
                return false;
            }
            holder = next;
        }
        return switch (steps.getLast()) {
            case Step.Member(String name) -> holder instanceof ObjectNode object && setMember(object, name, value);
            case Step.Item(String key, String wanted) ->
                holder instanceof ArrayNode list && setItem(list, index(list, key, wanted), value);
        };
    }

    /**
     * The parent of a value, created empty if missing; only a field of an object can be created, an item of a list is inserted
     * as a whole.
     */
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

    private static boolean setItem(ArrayNode list, int index, @Nullable JsonNode value) {
        if (value == null) {
            if (index >= 0) {
                list.remove(index);
            }
        } else if (index >= 0) {
            list.set(index, value.deepCopy());
        } else {
            list.add(value.deepCopy());
        }
        return true;
    }
}
