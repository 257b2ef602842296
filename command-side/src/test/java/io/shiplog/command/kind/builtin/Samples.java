package io.shiplog.command.kind.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;

/** Objects from short JSON in single quotes, taken through the same steps as a user's. */
public final class Samples {
    private static final SchemaValidation SCHEMAS = new SchemaValidation(Schemas.builtIn());
    private static final BuiltInKinds KINDS = new BuiltInKinds(ServiceNetwork.DEFAULT);

    private Samples() {}

    public static ObjectNode tree(String json) {
        return (ObjectNode) Json.of(json.replace('\'', '"')).tree();
    }

    public static Kind strategy(ResourceType type) {
        return KINDS.of(type);
    }

    /** Decoded strictly, in its stored form and with defaults. */
    public static ObjectNode defaulted(ResourceType type, String json) {
        KindDescription kind =
                java.util.Objects.requireNonNull(BuiltInKinds.catalogue().get(type));
        Decoding decoding = SCHEMAS.decode(
                kind, kind.versions().getFirst(), Json.of(json.replace('\'', '"')), FieldValidation.STRICT);
        ObjectNode decoded = Assertions.assertInstanceOf(Decoding.Decoded.class, decoding, decoding::toString)
                .object();
        ObjectNode object = kind.versions().getFirst().conversion().toStored(decoded);
        strategy(type).setDefaults(object);
        return object;
    }

    /** As it would be after a create: with what admission adds and the cluster gives. */
    public static ObjectNode created(ResourceType type, String json, DecidedState state) {
        ObjectNode object = defaulted(type, json);
        strategy(type).prepareForCreate(object, state);
        return object;
    }

    /** What is wrong with a defaulted object. */
    public static List<String> problems(ResourceType type, String json) {
        FieldErrors errors = new FieldErrors();
        ObjectNode object = defaulted(type, json);
        strategy(type).validate(object, errors);
        strategy(type).validateCreate(object, errors);
        return messages(errors);
    }

    /** What is wrong with a change. */
    public static List<String> updateProblems(ResourceType type, String before, String after) {
        FieldErrors errors = new FieldErrors();
        strategy(type).validateUpdate(defaulted(type, after), defaulted(type, before), errors);
        return messages(errors);
    }

    /** A row of its table, all columns, separated by semicolons, five minutes after {@code 2026-01-01T00:00:00Z}. */
    public static String cells(ResourceType type, String json) {
        ObjectNode object = tree(json);
        return strategy(type).description().columns().stream()
                .map(column -> String.valueOf(column.cell().value(object, Instant.parse("2026-01-01T00:05:00Z"))))
                .collect(Collectors.joining(";"));
    }

    /** The object, without its type, with defaults that a second time leaves as they are. */
    public static ObjectNode defaultedTwice(ResourceType type, String json) {
        ObjectNode once = defaulted(type, json);
        ObjectNode twice = once.deepCopy();
        strategy(type).setDefaults(twice);
        Assertions.assertEquals(once, twice);
        once.remove(List.of("apiVersion", "kind"));
        return once;
    }

    public static List<String> messages(FieldErrors errors) {
        return errors.causes().stream().map(c -> c.field() + ": " + c.message()).toList();
    }
}
