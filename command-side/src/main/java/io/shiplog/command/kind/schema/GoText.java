package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values as Go prints them, for Kubernetes' messages. */
public final class GoText {
    private GoText() {}

    /** {@code %v}: {@code map[a:1 b:[x y]]}. */
    public static String of(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            value.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            return sorted.entrySet().stream()
                    .map(field -> field.getKey() + ":" + of(field.getValue()))
                    .collect(Collectors.joining(" ", "map[", "]"));
        }
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(of(item)));
            return items.stream().collect(Collectors.joining(" ", "[", "]"));
        }
        return value.isNull() ? "<nil>" : value.asText();
    }

    /** {@code %#v}: {@code map[string]interface {}{"a":1}}. */
    public static String syntax(JsonNode value) {
        if (value.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            value.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            return sorted.entrySet().stream()
                    .map(field -> '"' + field.getKey() + "\":" + syntax(field.getValue()))
                    .collect(Collectors.joining(", ", "map[string]interface {}{", "}"));
        }
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(syntax(item)));
            return items.stream().collect(Collectors.joining(", ", "[]interface {}{", "}"));
        }
        return value.isNull() ? "interface {}(nil)" : value.toString();
    }

    /** {@code %T}. */
    public static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "[]interface {}";
            case OBJECT, POJO -> "map[string]interface {}";
            case STRING, BINARY -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
            case NULL, MISSING -> "<nil>";
        };
    }
}
