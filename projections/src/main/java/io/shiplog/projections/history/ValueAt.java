package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.history.ValuePath.Step;
import org.jspecify.annotations.Nullable;

/** Looks up values of a tree by their paths. */
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
}
