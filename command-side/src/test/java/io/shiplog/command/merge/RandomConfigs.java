package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.kind.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Random values of a type: few names and few values, so that two of them often meet. */
final class RandomConfigs {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> WORDS = List.of("a", "b", "c<", "d\"e", "é");
    private static final int MAX_DEPTH = 7;

    private final SplittableRandom random;

    RandomConfigs(SplittableRandom random) {
        this.random = random;
    }

    ObjectNode of(Schema.Struct struct) {
        return (ObjectNode) value(Shape.of(struct), 0);
    }

    private JsonNode value(Shape shape, int depth) {
        return switch (shape.type()) {
            case Schema.Struct struct -> struct(shape, struct, depth);
            case Schema.MapOf map -> map(shape, depth);
            case Schema.ListOf list -> list(shape, depth);
            case Schema.Scalar scalar -> scalar(scalar);
        };
    }

    private JsonNode struct(Shape shape, Schema.Struct struct, int depth) {
        ObjectNode object = NODES.objectNode();
        Shape fields = shape.granular();
        if (depth > MAX_DEPTH) {
            return object;
        }
        List<String> names = struct.fields().keySet().stream().sorted().toList();
        for (String name : names) {
            if (!name.equals("managedFields") && random.nextInt(names.size()) < 3) {
                JsonNode value = value(fields.field(name), depth + 1);
                // Stored objects have no empty lists: Kubernetes' types leave them out.
                if (!value.isArray() || !value.isEmpty()) {
                    object.set(name, value);
                }
            }
        }
        return object;
    }

    private JsonNode map(Shape shape, int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
            object.set(word(), value(shape.element(), depth + 1));
        }
        return object;
    }

    private JsonNode list(Shape shape, int depth) {
        ArrayNode list = NODES.arrayNode();
        Set<PathElement> seen = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            JsonNode item = value(shape.element(), depth + 1);
            if (shape.kind() == Shape.Kind.KEYED || shape.kind() == Shape.Kind.SET) {
                if (shape.kind() == Shape.Kind.KEYED) {
                    withKeys(shape, (ObjectNode) item, depth);
                }
                if (!seen.add(shape.item(item))) {
                    continue;
                }
            }
            list.add(item);
        }
        return list;
    }

    private void withKeys(Shape shape, ObjectNode item, int depth) {
        for (String key : shape.keys()) {
            if (!item.has(key) && (!key.equals("protocol") || random.nextBoolean())) {
                item.set(key, value(shape.element().granular().field(key), depth + 1));
            }
        }
    }

    private JsonNode scalar(Schema.Scalar scalar) {
        return switch (scalar) {
            case STRING, BYTES, TIME, MICRO_TIME -> NODES.textNode(word());
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case INT32, INT64, NUMBER -> NODES.numberNode(random.nextInt(12));
            case QUANTITY, INT_OR_STRING ->
                random.nextBoolean() ? NODES.numberNode(random.nextInt(3)) : NODES.textNode(word());
            case ANY, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS ->
                random.nextBoolean()
                        ? NODES.textNode(word())
                        : NODES.objectNode().put(word(), random.nextInt(3));
        };
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
