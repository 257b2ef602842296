package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Completes an object with the fields that Kubernetes always writes: {@code rules: null} of a Role without rules, {@code value: 0} of
 * a PriorityClass. No client set them, so no field manager owns them. Metadata and status are left alone: both are written by the system.
 */
public final class ZeroValues {
    private ZeroValues() {}

    /**
     * Adds the missing fields of an object.
     *
     * @param schema of the object as it is stored; null for a kind without one: nothing is added
     */
    public static void write(Schema.@Nullable Struct schema, ObjectNode object) {
        if (schema != null) {
            complete(schema, object, true);
        }
    }

    private static void complete(Schema.Struct schema, ObjectNode object, boolean top) {
        for (Schema.Field field : schema.written()) {
            JsonNode value = object.get(field.name());
            // An empty list is stored as none.
            if (value == null || isEmptyList(field.type(), value)) {
                object.set(field.name(), zero(field.type()));
            }
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey();
            Schema.Field field = top && (name.equals("metadata") || name.equals("status")) ? null : schema.field(name);
            if (field != null && entry.getValue().isContainerNode()) {
                inside(field.type(), entry.getValue());
            }
        }
    }

    private static boolean isEmptyList(Schema type, JsonNode value) {
        return (type instanceof Schema.ListOf || type instanceof Schema.MapOf)
                && value.isContainerNode()
                && value.isEmpty();
    }

    private static void inside(Schema type, JsonNode value) {
        switch (type) {
            case Schema.Struct struct -> {
                if (value instanceof ObjectNode object) {
                    complete(struct, object, false);
                }
            }
            case Schema.ListOf list -> value.forEach(item -> inside(list.items(), item));
            case Schema.MapOf map -> value.forEach(item -> inside(map.values(), item));
            case Schema.Scalar scalar -> {}
        }
    }

    private static JsonNode zero(Schema type) {
        return type instanceof Schema.ListOf || type instanceof Schema.MapOf
                ? NullNode.getInstance()
                : SchemaTypes.zero(type);
    }
}
