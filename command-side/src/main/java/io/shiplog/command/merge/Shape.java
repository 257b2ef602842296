package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Schema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a type are owned: as one value, field by field, item by item. Compiled once per schema and cached.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy">Merge strategy</a>
 */
public final class Shape {
    /** How a value is owned. */
    enum Kind {
        /** A text, number or boolean. */
        SCALAR,
        /** A list or an object that is one value. */
        ATOMIC,
        /** An object with known fields, each owned for itself. */
        STRUCT,
        /** An object with any fields, each owned for itself. */
        MAP,
        /** A list of scalars without duplicates. */
        SET,
        /** A list of objects, found by their keys. */
        KEYED,
        /** As the value is: objects field by field, lists as one value. Of kinds without a schema. */
        UNTYPED
    }

    /** Of values without a schema. */
    static final Shape UNTYPED = new Shape(Kind.UNTYPED, Schema.Scalar.ANY);

    private static final Map<Schema.Struct, Shape> STRUCTS = new ConcurrentHashMap<>();

    private final Kind kind;
    private final Schema type;
    private Map<String, Shape> fields = Map.of();
    private Map<String, PathElement> elements = Map.of();
    private @Nullable Shape element;
    private List<String> keys = List.of();
    private Map<String, JsonNode> keyDefaults = Map.of();
    private volatile @Nullable ObjectNode zero;

    private Shape(Kind kind, Schema type) {
        this.kind = kind;
        this.type = type;
    }

    /** The shape of a kind's objects; null stands for a kind without a schema. */
    public static Shape of(Schema.@Nullable Struct struct) {
        if (struct == null) {
            return UNTYPED;
        }
        Shape known = STRUCTS.get(struct);
        if (known != null) {
            return known;
        }
        // Compiled whole before it is published: structs refer to one another.
        Map<Schema.Struct, Shape> compiled = new HashMap<>();
        Shape shape = compile(struct, compiled);
        compiled.forEach(STRUCTS::putIfAbsent);
        return STRUCTS.getOrDefault(struct, shape);
    }

    private static Shape compile(Schema.Struct struct, Map<Schema.Struct, Shape> compiled) {
        Shape known = compiled.getOrDefault(struct, STRUCTS.get(struct));
        if (known != null) {
            return known;
        }
        Shape shape = new Shape(Kind.STRUCT, struct);
        compiled.put(struct, shape);
        Map<String, Shape> fields = new HashMap<>();
        Map<String, PathElement> elements = new HashMap<>();
        struct.fields().forEach((name, field) -> {
            fields.put(name, field(field, compiled));
            elements.put(name, PathElement.field(name));
        });
        shape.fields = fields;
        shape.elements = elements;
        return shape;
    }

    private static Shape field(Schema.Field field, Map<Schema.Struct, Shape> compiled) {
        String listType = field.listType() == null ? "" : field.listType();
        return switch (field.type()) {
            case Schema.ListOf list ->
                switch (listType) {
                    case "set" -> holding(Kind.SET, list, type(list.items(), compiled));
                    case "map" -> keyed(list, field.listKeys(), compiled);
                    default -> holding(Kind.ATOMIC, list, type(list.items(), compiled));
                };
            case Schema.MapOf map ->
                holding(listType.equals("atomic") ? Kind.ATOMIC : Kind.MAP, map, type(map.values(), compiled));
            case Schema.Struct struct -> {
                boolean atomic = listType.equals("atomic") || (struct.atomic() && !listType.equals("granular"));
                yield atomic ? atomic(struct, compiled) : compile(struct, compiled);
            }
            case Schema.Scalar scalar -> scalar(scalar);
        };
    }

    private static Shape type(Schema type, Map<Schema.Struct, Shape> compiled) {
        return switch (type) {
            case Schema.ListOf list -> holding(Kind.ATOMIC, list, type(list.items(), compiled));
            case Schema.MapOf map -> holding(Kind.MAP, map, type(map.values(), compiled));
            case Schema.Struct struct -> struct.atomic() ? atomic(struct, compiled) : compile(struct, compiled);
            case Schema.Scalar scalar -> scalar(scalar);
        };
    }

    private static Shape scalar(Schema.Scalar scalar) {
        return new Shape(
                switch (scalar) {
                    case ANY, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS -> Kind.ATOMIC;
                    case STRING, BYTES, BOOLEAN, INT32, INT64, NUMBER, QUANTITY, INT_OR_STRING, TIME, MICRO_TIME ->
                        Kind.SCALAR;
                },
                scalar);
    }

    private static Shape atomic(Schema.Struct struct, Map<Schema.Struct, Shape> compiled) {
        Shape shape = new Shape(Kind.ATOMIC, struct);
        // For the validation of what is inside: the same map as the granular form, filled or still being filled.
        shape.element = compile(struct, compiled);
        return shape;
    }

    private static Shape holding(Kind kind, Schema type, Shape element) {
        Shape shape = new Shape(kind, type);
        shape.element = element;
        return shape;
    }

    private static Shape keyed(Schema.ListOf list, List<String> keys, Map<Schema.Struct, Shape> compiled) {
        Shape shape = holding(Kind.KEYED, list, type(list.items(), compiled));
        shape.keys = keys;
        Map<String, JsonNode> defaults = new HashMap<>();
        if (list.items() instanceof Schema.Struct items) {
            for (String key : keys) {
                Schema.Field field = items.field(key);
                JsonNode value = field == null ? null : field.defaultValue();
                if (value != null && value.isValueNode()) {
                    defaults.put(key, value);
                }
            }
        }
        shape.keyDefaults = defaults;
        return shape;
    }

    Kind kind() {
        return kind;
    }

    /** The schema type, for the validation of values. */
    Schema type() {
        return type;
    }

    /** The struct's fields: an atomic struct has them in its granular form. */
    Shape granular() {
        return kind == Kind.ATOMIC && type instanceof Schema.Struct ? element() : this;
    }

    /** Whether a struct has the field. */
    boolean declares(String name) {
        return fields.containsKey(name);
    }

    /** The shape of a field or of a map's value. */
    Shape field(String name) {
        Shape field = fields.get(name);
        return field != null ? field : element();
    }

    /** The step to a field: made once for the fields of a struct. */
    PathElement step(String name) {
        PathElement known = elements.get(name);
        return known != null ? known : PathElement.field(name);
    }

    /** The shape of a list's item or a map's value. */
    Shape element() {
        return element == null ? UNTYPED : element;
    }

    /** The fields by which the items of a list are found. */
    List<String> keys() {
        return keys;
    }

    /**
     * The element of a list's item.
     *
     * @throws MergeException if the item has no keys, or is no member of a set
     */
    PathElement item(JsonNode item) {
        return kind == Kind.KEYED ? keyedItem(item) : member(item);
    }

    private PathElement keyedItem(JsonNode item) {
        if (item.isNull()) {
            throw new MergeException("associative list with keys may not have a null element");
        }
        if (!item.isObject()) {
            throw new MergeException("associative list with keys may not have non-map elements");
        }
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (String key : keys) {
            JsonNode value = item.get(key);
            if (value == null) {
                value = keyDefaults.get(key);
            }
            if (value != null) {
                found.put(key, value);
            }
        }
        if (found.isEmpty()) {
            StringBuilder names = new StringBuilder();
            keys.forEach(key -> names.append(names.isEmpty() ? "" : " ")
                    .append('"')
                    .append(key)
                    .append('"'));
            throw new MergeException(
                    "associative list with keys has an element that omits all key fields [%s] (and doesn't have default values for any key fields)"
                            .formatted(names));
        }
        return PathElement.key(found);
    }

    private static PathElement member(JsonNode item) {
        if (item.isObject()) {
            throw new MergeException("associative list without keys has an element that's a map type");
        }
        if (item.isArray()) {
            throw new MergeException("not supported: associative list with lists as elements");
        }
        if (item.isNull()) {
            throw new MergeException("associative list without keys has an element that's an explicit null");
        }
        return PathElement.value(item);
    }

    /**
     * The fields that Kubernetes' types always have, with the value that an absent one stands for: structs, and fields that are always written. Shared: not to
     * be changed.
     */
    ObjectNode zero() {
        ObjectNode known = zero;
        if (known == null) {
            known = JsonNodeFactory.instance.objectNode();
            if (type instanceof Schema.Struct struct) {
                for (Schema.Field field : struct.fields().values()) {
                    JsonNode value = zero(field);
                    if (value != null) {
                        known.set(field.name(), value);
                    }
                }
            }
            zero = known;
        }
        return known;
    }

    private @Nullable JsonNode zero(Schema.Field field) {
        JsonNode written = field.defaultValue();
        boolean always = written != null && (written.isEmpty() || isZero(written));
        if (!always && field.go().zero() != Schema.Zero.WRITTEN) {
            return null;
        }
        if (written != null && written.isObject() && field.type() instanceof Schema.Struct) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (field.type() instanceof Schema.Scalar scalar) {
            return switch (scalar) {
                case STRING -> JsonNodeFactory.instance.textNode("");
                case BOOLEAN -> JsonNodeFactory.instance.booleanNode(false);
                case INT32, INT64, NUMBER -> JsonNodeFactory.instance.numberNode(0);
                case QUANTITY -> JsonNodeFactory.instance.textNode("0");
                case BYTES, INT_OR_STRING, TIME, MICRO_TIME, ANY, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS ->
                    JsonNodeFactory.instance.nullNode();
            };
        }
        return JsonNodeFactory.instance.nullNode();
    }

    private static boolean isZero(JsonNode value) {
        return value.isTextual()
                ? value.asText().isEmpty()
                : value.isNumber() ? value.asDouble() == 0 : value.isBoolean() && !value.asBoolean();
    }

    /** How a value is owned, where the type leaves it open. */
    Kind kind(@Nullable JsonNode a, @Nullable JsonNode b) {
        if (kind != Kind.UNTYPED) {
            return kind;
        }
        boolean objects = (a == null || a.isNull() || a.isObject()) && (b == null || b.isNull() || b.isObject());
        return objects && ((a != null && a.isObject()) || (b != null && b.isObject())) ? Kind.MAP : Kind.ATOMIC;
    }
}
