package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.Actor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Objects that the schema allows and that are otherwise nonsense: whatever a user sends is accepted or refused with a sentence,
 * never with an exception; defaults settle at once,
 * and what is stored comes back the same.
 */
public class RandomObjectsTest {
    private static final int ROUNDS = 100;
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

    private final SchemaValidation schemas = new SchemaValidation(Schemas.builtIn());
    private final FakeState state =
            new FakeState().with("serviceaccounts", "{'metadata':{'name':'default','namespace':'default'}}");
    private final Actor actor = new Actor("jane", List.of());

    @Test
    void nothing_that_the_schema_allows_breaks_a_strategy() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int decoded = 0;
        int made = 0;
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            if (!kind.storedAs().equals(kind.type())) {
                continue;
            }
            for (int i = 0; i < ROUNDS; i++) {
                ObjectNode object =
                        object(Objects.requireNonNull(Schemas.builtIn().of(kind)), random, DEPTH);
                object.remove(List.of("apiVersion", "kind"));
                try {
                    made++;
                    decoded += check(kind, Json.of(object), random) ? 1 : 0;
                } catch (RuntimeException | AssertionError e) {
                    fail("seed " + seed + ", " + kind.kind() + ": " + object, e);
                }
            }
        }
        assertTrue(decoded > made / 2, "only %d of %d were decoded, seed %d".formatted(decoded, made, seed));
    }

    /** Whether the object got past the decoder. */
    private boolean check(KindDescription kind, Json body, Random random) {
        if (!(schemas.decode(kind, kind.versions().getFirst(), body, FieldValidation.STRICT)
                instanceof Decoding.Decoded decoded)) {
            return false; // a quantity or a time that is none
        }
        Kind strategy = Samples.strategy(kind.type());
        ObjectNode object = decoded.object();
        ObjectNode old = random.nextBoolean() ? object.deepCopy() : null;
        strategy.setDefaults(object);
        ObjectNode once = object.deepCopy();
        strategy.setDefaults(object);
        assertEquals(once, object, "defaulting twice");
        if (old == null) {
            strategy.prepareForCreate(object, state);
        } else {
            strategy.prepareForUpdate(object, old, state);
        }
        assertEquals(Json.of(object).tree(), object, "through the log and back");
        strategy.admit(object, old, actor, state);
        FieldErrors errors = new FieldErrors();
        strategy.validate(object, errors);
        if (old != null) {
            strategy.validateUpdate(object, old, errors);
            strategy.prepareForStatusUpdate(object, old, state);
            strategy.validateStatusUpdate(object, old, errors);
        }
        strategy.warnings(object);
        strategy.gracePeriodSeconds(object, null);
        kind.columns().forEach(column -> column.cell().value(object, FakeState.NOW));
        kind.fields().values().forEach(field -> field.value(object));
        return true;
    }

    private static ObjectNode object(Schema.Struct struct, Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, Schema.Field> field : struct.fields().entrySet()) {
            // Few fields at each level, or trees grow without end; those in the upper levels matter most.
            if (random.nextInt(10) < (depth >= DEPTH - 1 ? 9 : 3)) {
                object.set(field.getKey(), value(field.getValue().type(), random, depth - 1));
            }
        }
        return object;
    }

    private static JsonNode value(Schema type, Random random, int depth) {
        return switch (type) {
            case Schema.Struct struct -> depth > 0 ? object(struct, random, depth) : NODES.objectNode();
            case Schema.ListOf list -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = depth > 0 ? random.nextInt(3) : 0; i > 0; i--) {
                    array.add(random.nextInt(20) == 0 ? NODES.nullNode() : value(list.items(), random, depth - 1));
                }
                yield array;
            }
            case Schema.MapOf map -> {
                ObjectNode object = NODES.objectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    object.set(text(random), value(map.values(), random, depth - 1));
                }
                yield object;
            }
            case Schema.Scalar scalar -> scalar(scalar, random);
        };
    }

    private static JsonNode scalar(Schema.Scalar type, Random random) {
        return switch (type) {
            case STRING -> NODES.textNode(text(random));
            case BYTES -> NODES.textNode(random.nextBoolean() ? "" : "eA==");
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case INT32 -> NODES.numberNode(random.nextBoolean() ? random.nextInt() : random.nextInt(-2, 100));
            case INT64 -> NODES.numberNode(random.nextBoolean() ? random.nextLong() : random.nextLong(-2, 100));
            case NUMBER -> NODES.numberNode(random.nextDouble());
            case QUANTITY ->
                NODES.textNode(List.of("1", "-1", "1Gi", "100m", "1e9").get(random.nextInt(5)));
            case INT_OR_STRING ->
                random.nextBoolean() ? NODES.numberNode(random.nextInt(-2, 70_000)) : NODES.textNode(text(random));
            case TIME, MICRO_TIME -> NODES.textNode("2026-01-01T00:00:00Z");
            case ANY -> NODES.objectNode();
        };
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
