package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Map;

/** Semantic equality of trees. */
public final class Equality {
    /** Numbers are equal by value: a kind's {@code 3L} equals the log's {@code 3}. */
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.isIntegralNumber() && b.isIntegralNumber()
                    ? a.bigIntegerValue().compareTo(b.bigIntegerValue())
                    : a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    private Equality() {}

    public static boolean same(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    /** Whether two objects are equal except for the named fields. */
    public static boolean sameBut(ObjectNode a, ObjectNode b, String... ignored) {
        return coveredBy(a, b, ignored) && coveredBy(b, a, ignored);
    }

    private static boolean coveredBy(ObjectNode a, ObjectNode b, String... ignored) {
        for (Map.Entry<String, JsonNode> field : a.properties()) {
            if (contains(ignored, field.getKey())) {
                continue;
            }
            JsonNode other = b.get(field.getKey());
            if (other == null || !same(field.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(String[] names, String name) {
        for (String each : names) {
            if (each.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
