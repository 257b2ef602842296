package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Objects that a schema allows and that are otherwise nonsense. The same seed gives the same objects. */
public final class RandomObjects {
    private static final int DEPTH = 7;
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "A_",
            "a/b",
            "..",
            "None",
            "10.96.0.1",
            "TCP",
            "Always",
            "ExternalName",
            "25%",
            "x".repeat(300),
            "[",
            "{");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Random random;

    public RandomObjects(Random random) {
        this.random = random;
    }

    /** Most fields of the upper levels are set, few of those below, or trees grow without end. */
    public ObjectNode object(Schema.Struct struct) {
        return object(struct, DEPTH);
    }

    private ObjectNode object(Schema.Struct struct, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, Schema.Field> field : new TreeMap<>(struct.fields()).entrySet()) {
            if (random.nextInt(10) < (depth >= DEPTH - 1 ? 9 : 3)) {
                object.set(field.getKey(), value(field.getValue().type(), depth - 1));
            }
        }
        return object;
    }

    private JsonNode value(Schema type, int depth) {
        return switch (type) {
            case Schema.Struct struct -> depth > 0 ? object(struct, depth) : NODES.objectNode();
            case Schema.ListOf list -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = depth > 0 ? random.nextInt(3) : 0; i > 0; i--) {
                    array.add(random.nextInt(20) == 0 ? NODES.nullNode() : value(list.items(), depth - 1));
                }
                yield array;
            }
            case Schema.MapOf map -> {
                ObjectNode object = NODES.objectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    object.set(text(), value(map.values(), depth - 1));
                }
                yield object;
            }
            case Schema.Scalar scalar -> scalar(scalar);
        };
    }

    private JsonNode scalar(Schema.Scalar type) {
        return switch (type) {
            case STRING -> NODES.textNode(text());
            case BYTES -> NODES.textNode(random.nextBoolean() ? "" : "eA==");
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case INT32 -> NODES.numberNode(random.nextBoolean() ? random.nextInt() : random.nextInt(-2, 100));
            case INT64 -> NODES.numberNode(random.nextBoolean() ? random.nextLong() : random.nextLong(-2, 100));
            case NUMBER -> NODES.numberNode(random.nextDouble());
            case QUANTITY ->
                NODES.textNode(List.of("1", "-1", "1Gi", "100m", "1e9").get(random.nextInt(5)));
            case INT_OR_STRING ->
                random.nextBoolean() ? NODES.numberNode(random.nextInt(-2, 70_000)) : NODES.textNode(text());
            case TIME, MICRO_TIME -> NODES.textNode("2026-01-01T00:00:00Z");
            case ANY -> NODES.objectNode();
            case SCHEMA_OR_BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case SCHEMA_OR_LIST, SCHEMA_OR_TEXTS -> NODES.nullNode();
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
