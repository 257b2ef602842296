package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The protobuf message of an object, as Kubernetes writes it: the inverse of {@link MessageTree}. */
final class MessageOfTree {
    /** The fields of each message type with their names in JSON; there are some thousand types. */
    private static final Map<Descriptor, List<Named>> FIELDS = new ConcurrentHashMap<>();

    private MessageOfTree() {}

    /** @param inlined whether JSON has its fields in the surrounding object */
    private record Named(FieldDescriptor field, String name, boolean inlined) {
        static List<Named> of(Descriptor type) {
            return type.getFields().stream().map(Named::of).toList();
        }

        private static Named of(FieldDescriptor field) {
            boolean inlined = MessageTree.INLINED.contains(field.getName())
                    && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && !field.isRepeated();
            return new Named(field, MessageTree.name(field), inlined);
        }
    }

    /**
     * The message of an object that was decoded by its schema. What the message type does not have is omitted: {@code kind} and {@code apiVersion},
     * which the envelope says.
     *
     * @throws IllegalArgumentException if a value is not of its field's type
     */
    static Message of(Descriptor type, JsonNode tree) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        for (Named named : FIELDS.computeIfAbsent(type, Named::of)) {
            FieldDescriptor field = named.field();
            if (named.inlined()) {
                builder.setField(field, of(field.getMessageType(), tree));
                continue;
            }
            JsonNode value = tree.path(named.name());
            if (value.isMissingNode() || value.isNull()) {
                continue;
            }
            if (field.isMapField()) {
                for (Map.Entry<String, JsonNode> each : value.properties()) {
                    builder.addRepeatedField(field, entry(field.getMessageType(), each));
                }
            } else if (field.isRepeated()) {
                value.forEach(item -> builder.addRepeatedField(field, value(field, item)));
            } else {
                builder.setField(field, value(field, value));
            }
        }
        return builder.build();
    }

    private static Message entry(Descriptor type, Map.Entry<String, JsonNode> entry) {
        FieldDescriptor value = type.findFieldByNumber(2);
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByNumber(1), entry.getKey())
                .setField(value, value(value, entry.getValue()))
                .build();
    }

    private static Object value(FieldDescriptor field, JsonNode value) {
        return switch (field.getJavaType()) {
            case STRING -> value.asText();
            case BOOLEAN -> value.asBoolean();
            case INT -> value.asInt();
            case LONG -> value.asLong();
            case DOUBLE -> value.asDouble();
            case FLOAT -> (float) value.asDouble();
            case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(value.asText()));
            case ENUM -> field.getEnumType().findValueByName(value.asText());
            case MESSAGE -> message(field.getMessageType(), value);
        };
    }

    private static Message message(Descriptor type, JsonNode value) {
        return switch (type.getName()) {
            case "Time", "MicroTime" -> {
                Instant time = Instant.parse(value.asText());
                yield with(type, "seconds", time.getEpochSecond(), "nanos", time.getNano());
            }
            case "Quantity" -> with(type, "string", value.asText());
            case "IntOrString" ->
                value.isTextual()
                        ? with(type, "type", 1L, "intVal", 0, "strVal", value.asText())
                        : with(type, "type", 0L, "intVal", value.asInt(), "strVal", "");
            case "RawExtension", "JSON" -> with(type, "raw", ByteString.copyFromUtf8(value.toString()));
            case "FieldsV1" -> with(type, "Raw", ByteString.copyFromUtf8(value.toString()));
            case "JSONSchemaPropsOrBool" ->
                value.isBoolean() ? with(type, "allows", value.asBoolean()) : schema(type, value);
            case "JSONSchemaPropsOrArray" -> value.isArray() ? all(type, "jSONSchemas", value) : schema(type, value);
            case "JSONSchemaPropsOrStringArray" -> value.isArray() ? all(type, "property", value) : schema(type, value);
            case "ExtraValue" -> all(type, "items", value);
            default -> of(type, value);
        };
    }

    private static Message schema(Descriptor type, JsonNode value) {
        return with(type, "schema", of(type.findFieldByName("schema").getMessageType(), value));
    }

    private static Message all(Descriptor type, String field, JsonNode values) {
        FieldDescriptor items = type.findFieldByName(field);
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        values.forEach(each -> builder.addRepeatedField(items, value(items, each)));
        return builder.build();
    }

    /** A message with fields of these names and values, in turn. */
    private static Message with(Descriptor type, Object... fields) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        for (int i = 0; i < fields.length; i += 2) {
            builder.setField(type.findFieldByName((String) fields[i]), fields[i + 1]);
        }
        return builder.build();
    }
}
