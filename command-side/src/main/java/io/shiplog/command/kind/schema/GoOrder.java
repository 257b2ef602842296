package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Schema;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Objects with their fields in the order in which Go writes them: those of a struct as declared, those of a map sorted. */
public final class GoOrder {
    private GoOrder() {}

    /**
     * The same value in Go's order. Fields that the schema does not have are last, in their own order.
     *
     * @param schema null for a value of any form, which stays as it is
     * @param value not changed; the result may share parts with it
     */
    public static JsonNode of(@Nullable Schema schema, JsonNode value) {
        return switch (schema) {
            case null -> value;
            case Schema.Struct struct -> value instanceof ObjectNode object ? struct(struct, object) : value;
            case Schema.MapOf map -> value instanceof ObjectNode object ? map(map, object) : value;
            case Schema.ListOf list -> value instanceof ArrayNode array ? list(list, array) : value;
            case Schema.Scalar any -> value;
        };
    }

    /** The fields of an object, sorted, as Go writes a map; what is in them stays as it is. */
    public static void sort(ObjectNode object) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        object.removeAll();
        object.setAll(sorted);
    }

    private static ObjectNode struct(Schema.Struct struct, ObjectNode object) {
        ObjectNode ordered = JsonNodeFactory.instance.objectNode();
        struct.fields().forEach((name, field) -> {
            JsonNode value = object.get(name);
            if (value != null) {
                ordered.set(name, of(field.type(), value));
            }
        });
        object.properties().forEach(field -> {
            if (struct.field(field.getKey()) == null) {
                ordered.set(field.getKey(), field.getValue());
            }
        });
        return ordered;
    }

    private static ObjectNode map(Schema.MapOf map, ObjectNode object) {
        ObjectNode ordered = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> ordered.set(entry.getKey(), of(map.values(), entry.getValue())));
        sort(ordered);
        return ordered;
    }

    private static ArrayNode list(Schema.ListOf list, ArrayNode array) {
        ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> ordered.add(of(list.items(), item)));
        return ordered;
    }
}
