package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Kubernetes protobuf message as the JSON of the same object. Field names are the same in both; exceptions are listed here. */
final class MessageTree {
    /** Messages that JSON does not show: their fields are in the surrounding message. */
    static final Set<String> INLINED = Set.of(
            "volumeSource",
            "handler",
            "localObjectReference",
            "ephemeralContainerCommon",
            "persistentVolumeSource",
            "ruleWithOperations",
            "rule",
            "ingressRuleValue",
            "deviceConfiguration");

    /** How names of Kubernetes' messages begin. */
    private static final String PREFIX = "k8s.io.";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private MessageTree() {}

    /** Adds a message's fields to a tree. */
    static void fill(ObjectNode tree, Message message) {
        fill(tree, message, schema(message.getDescriptorForType()));
    }

    /** The schema of a message; null if it is a part of others only. */
    private static Schema.@Nullable Struct schema(Descriptor message) {
        String name = message.getFullName();
        return name.startsWith(PREFIX)
                ? Schemas.builtIn()
                        .named("io.k8s." + name.substring(PREFIX.length()).replace('_', '-'))
                : null;
    }

    private static void fill(ObjectNode tree, Message message, Schema.@Nullable Struct schema) {
        message.getAllFields().forEach((field, value) -> {
            if (field.isMapField()) {
                tree.set(name(field), map((List<?>) value));
            } else if (field.isRepeated()) {
                ArrayNode array = tree.putArray(name(field));
                for (Object each : (List<?>) value) {
                    JsonNode node = node(field, each);
                    array.add(node == null ? JsonNodeFactory.instance.objectNode() : node);
                }
            } else if (INLINED.contains(field.getName()) && value instanceof Message inner) {
                fill(tree, inner, schema);
            } else if (said(schema, name(field), value)) {
                JsonNode node = node(field, value);
                if (node != null) {
                    tree.set(name(field), node);
                }
            }
        });
    }

    /** The name in JSON; only some capitals, such as those of {@code Webhooks} and {@code aPIGroup}, and a schema's own words differ. */
    static String name(FieldDescriptor field) {
        String name = field.getName();
        if (!field.getContainingType().getName().equals("JSONSchemaProps")) {
            return cased(name, schema(field.getContainingType()));
        }
        return switch (name) {
            case "ref", "schema" -> "$" + name;
            default ->
                name.startsWith("xKubernetes")
                        ? name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
                        : name;
        };
    }

    private static String cased(String name, Schema.@Nullable Struct schema) {
        if (schema == null || schema.field(name) != null) {
            return name;
        }
        return schema.fields().keySet().stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElse(name);
    }

    /**
     * Whether JSON has a value. Go writes every field that is not a pointer, empty or not, and JSON omits the empty ones.
     *
     * @param schema that of the object in which JSON has the field
     */
    private static boolean said(Schema.@Nullable Struct schema, String name, Object value) {
        boolean empty = switch (value) {
            case String text -> text.isEmpty();
            case Boolean flag -> !flag;
            case Number number -> number.doubleValue() == 0;
            case ByteString bytes -> bytes.isEmpty();
            default -> false;
        };
        if (!empty) {
            return true;
        }
        Schema.Field field = schema == null ? null : schema.field(name);
        return field != null && field.go().zero() == Schema.Zero.KEPT;
    }

    private static ObjectNode map(List<?> entries) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        for (Object each : entries) {
            Message entry = (Message) each;
            FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
            FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
            JsonNode node = node(value, entry.getField(value));
            if (node != null) {
                tree.set(String.valueOf(entry.getField(key)), node);
            }
        }
        return tree;
    }

    private static @Nullable JsonNode node(FieldDescriptor field, Object value) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (value) {
            case String text -> make.textNode(text);
            case Boolean flag -> make.booleanNode(flag);
            case Integer number -> make.numberNode(number);
            case Long number -> make.numberNode(number);
            case Double number -> make.numberNode(number);
            case ByteString bytes -> make.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
            case EnumValueDescriptor each -> make.textNode(each.getName());
            case Message message -> message(message);
            default -> throw new IllegalArgumentException("field " + field.getFullName() + " cannot be read");
        };
    }

    /** Null for a time that is not set. */
    private static @Nullable JsonNode message(Message message) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        String name = message.getDescriptorForType().getFullName();
        return switch (name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name) {
            case "apimachinery.pkg.apis.meta.v1.Time" ->
                time(message, DateTimeFormatter.ISO_INSTANT, ChronoUnit.SECONDS);
            case "apimachinery.pkg.apis.meta.v1.MicroTime" -> time(message, MICROS, ChronoUnit.MICROS);
            case "apimachinery.pkg.api.resource.Quantity" -> make.textNode(text(message, "string"));
            case "apimachinery.pkg.util.intstr.IntOrString" ->
                number(message, "type") == 0
                        ? make.numberNode((int) number(message, "intVal"))
                        : make.textNode(text(message, "strVal"));
            case "apimachinery.pkg.runtime.RawExtension" -> raw(message, "raw");
            case "apimachinery.pkg.apis.meta.v1.FieldsV1" -> raw(message, "Raw");
            case "apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON" -> raw(message, "raw");
            case "apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool" ->
                oneOf(message, "schema", make.booleanNode((boolean) value(message, "allows")));
            case "apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray" ->
                oneOf(message, "schema", all(message, "jSONSchemas"));
            case "apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray" ->
                oneOf(message, "schema", all(message, "property"));
            case "api.certificates.v1.ExtraValue",
                    "api.authentication.v1.ExtraValue",
                    "api.authorization.v1.ExtraValue" -> items(message);
            default -> {
                ObjectNode tree = Json.MAPPER.createObjectNode();
                fill(tree, message);
                yield tree;
            }
        };
    }

    private static @Nullable JsonNode time(Message message, DateTimeFormatter format, ChronoUnit unit) {
        long seconds = number(message, "seconds");
        long nanos = number(message, "nanos");
        if (seconds == 0 && nanos == 0) {
            return null;
        }
        Instant time = Instant.ofEpochSecond(seconds, nanos).truncatedTo(unit);
        return JsonNodeFactory.instance.textNode(format.format(time));
    }

    private static @Nullable JsonNode raw(Message message, String field) {
        ByteString bytes = (ByteString) value(message, field);
        if (bytes.isEmpty()) {
            return null;
        }
        try {
            return ClientJson.tree(Json.ofUtf8(bytes.toByteArray()));
        } catch (ClientJson.UnreadableException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** A message in a field, or what stands in its place. */
    private static @Nullable JsonNode oneOf(Message message, String field, JsonNode otherwise) {
        FieldDescriptor found = message.getDescriptorForType().findFieldByName(field);
        return found != null && message.hasField(found) ? message((Message) message.getField(found)) : otherwise;
    }

    private static ArrayNode all(Message message, String field) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Object each : (List<?>) value(message, field)) {
            array.add(
                    each instanceof Message inner
                            ? message(inner)
                            : JsonNodeFactory.instance.textNode(String.valueOf(each)));
        }
        return array;
    }

    private static JsonNode items(Message message) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Object each : (List<?>) value(message, "items")) {
            array.add(String.valueOf(each));
        }
        return array;
    }

    private static long number(Message message, String field) {
        return ((Number) value(message, field)).longValue();
    }

    private static String text(Message message, String field) {
        return String.valueOf(value(message, field));
    }

    /** A field's value, its default if it was not sent. */
    static Object value(Message message, String field) {
        FieldDescriptor found = message.getDescriptorForType().findFieldByName(field);
        if (found == null) {
            throw new IllegalArgumentException("field " + field + " is missing");
        }
        return message.getField(found);
    }
}
