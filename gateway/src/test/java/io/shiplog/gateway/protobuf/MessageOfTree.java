package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Runtime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** The protobuf message of an object, as Go's clients write it: the inverse of {@link MessageTree}. */
final class MessageOfTree {
    private MessageOfTree() {}

    /** The body of a request. */
    static byte[] body(String apiVersion, String kind, Descriptor type, JsonNode object) {
        Descriptor unknown = Runtime.getDescriptor().findMessageTypeByName("Unknown");
        FieldDescriptor meta = unknown.findFieldByName("typeMeta");
        DynamicMessage message = DynamicMessage.newBuilder(unknown)
                .setField(
                        meta,
                        DynamicMessage.newBuilder(meta.getMessageType())
                                .setField(meta.getMessageType().findFieldByName("apiVersion"), apiVersion)
                                .setField(meta.getMessageType().findFieldByName("kind"), kind)
                                .build())
                .setField(unknown.findFieldByName("raw"), of(type, object).toByteString())
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            out.writeBytes(ProtobufBody.MAGIC);
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Message of(Descriptor type, JsonNode tree) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            if (MessageTree.INLINED.contains(field.getName())
                    && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && !field.isRepeated()) {
                builder.setField(field, of(field.getMessageType(), tree));
                continue;
            }
            JsonNode value = tree.path(MessageTree.name(field));
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
                        ? with(type, "type", 1L, "strVal", value.asText())
                        : with(type, "type", 0L, "intVal", value.asInt());
            case "RawExtension", "JSON" -> with(type, "raw", ByteString.copyFromUtf8(value.toString()));
            case "FieldsV1" -> with(type, "Raw", ByteString.copyFromUtf8(value.toString()));
            case "JSONSchemaPropsOrBool" ->
                value.isBoolean() ? with(type, "allows", value.asBoolean()) : schema(type, value);
            case "JSONSchemaPropsOrArray" -> value.isArray() ? all(type, "jSONSchemas", value) : schema(type, value);
            case "JSONSchemaPropsOrStringArray" -> value.isArray() ? all(type, "property", value) : schema(type, value);
            case "ExtraValue" -> {
                DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
                value.forEach(each -> builder.addRepeatedField(type.findFieldByName("items"), each.asText()));
                yield builder.build();
            }
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
