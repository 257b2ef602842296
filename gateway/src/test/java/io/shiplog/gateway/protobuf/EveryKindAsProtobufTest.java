package io.shiplog.gateway.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.kind.RandomObjects;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import io.shiplog.gateway.outcome.Checked;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random objects of every kind in every version, written as Go's clients write them, are read as the objects that they are. */
class EveryKindAsProtobufTest {
    private static final int OBJECTS = 30;
    private static final Set<String> TYPE = Set.of("apiVersion", "kind");
    private final SchemaValidation validation = new SchemaValidation(Schemas.builtIn());

    @Test
    void an_object_is_the_same_after_its_way_through_protobuf() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Set<String> unknown = new TreeSet<>();
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            for (KindVersion version : kind.versions()) {
                String apiVersion = kind.apiVersion(version.name());
                Descriptor type = ProtobufBody.descriptor(apiVersion, kind.kind());
                Schema.Struct schema = validation.schema(kind, version);
                if (type == null || schema == null) {
                    unknown.add(kind.group().endsWith("shiplog.io") ? "Shiplog's own" : kind.kind());
                    continue;
                }
                for (int i = 0; i < OBJECTS; i++) {
                    ObjectNode object = read(kind, version, Json.of(new RandomObjects(random).object(schema)));
                    byte[] body = Objects.requireNonNull(Messages.of(Json.of(typed(kind, version, object))));
                    Json back = (Json) assertInstanceOf(Checked.Ok.class, ProtobufBody.toJson(body))
                            .value();
                    assertEquals(
                            said(schema, object).toString(),
                            said(schema, read(kind, version, back)).toString(),
                            () -> apiVersion + " " + kind.kind() + ", seed " + seed);
                }
            }
        }
        assertEquals(Set.of("APIService", "Shiplog's own"), unknown);
    }

    private ObjectNode read(KindDescription kind, KindVersion version, Json object) {
        ObjectNode typed = typed(kind, version, (ObjectNode) object.tree());
        Decoding decoding = validation.decode(kind, version, Json.of(typed), FieldValidation.IGNORE);
        return assertInstanceOf(Decoding.Decoded.class, decoding, decoding::toString)
                .object();
    }

    private static ObjectNode typed(KindDescription kind, KindVersion version, ObjectNode object) {
        return object.put("apiVersion", kind.apiVersion(version.name())).put("kind", kind.kind());
    }

    /** A value without what Go does not distinguish from an absent one, in the order of the schema. */
    private static JsonNode said(Schema schema, JsonNode value) {
        return switch (schema) {
            case Schema.Struct struct -> {
                ObjectNode said = Json.MAPPER.createObjectNode();
                struct.fields().forEach((name, field) -> {
                    // Messages have no type, those in others (claims of a StatefulSet) neither.
                    boolean type = struct.field("metadata") != null && TYPE.contains(name);
                    JsonNode each = type ? MissingNode.getInstance() : value.path(name);
                    boolean scalar = each.isValueNode();
                    boolean empty = scalar ? isZero(each) && field.go().zero() != Schema.Zero.KEPT : each.isEmpty();
                    if (!each.isMissingNode() && (!empty || each.isObject() && field.type() instanceof Schema.Struct)) {
                        said.set(name, said(field.type(), each));
                    }
                });
                yield said;
            }
            case Schema.ListOf list -> {
                ArrayNode said = Json.MAPPER.createArrayNode();
                value.forEach(item -> said.add(said(list.items(), item)));
                yield said;
            }
            case Schema.MapOf map -> {
                ObjectNode said = Json.MAPPER.createObjectNode();
                value.properties().forEach(entry -> said.set(entry.getKey(), said(map.values(), entry.getValue())));
                yield said;
            }
            case Schema.Scalar scalar -> value;
        };
    }

    private static boolean isZero(JsonNode value) {
        return value.isTextual()
                ? value.asText().isEmpty()
                : value.isNumber() ? value.asDouble() == 0 : !value.asBoolean();
    }
}
