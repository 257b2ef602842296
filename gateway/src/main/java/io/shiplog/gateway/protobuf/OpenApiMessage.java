package io.shiplog.gateway.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An OpenAPI v2 document as gnostic's message {@code openapi.v2.Document}: kubectl 1.20 and Helm 3.8 accept no other form. The
 * description {@code openapi-v2.desc} is protoc's of gnostic's OpenAPIv2.proto; it names its fields as JSON does, and the few
 * messages that JSON does not show are listed here.
 *
 * @see <a href="https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto">OpenAPIv2.proto</a>
 */
public final class OpenApiMessage {
    /** The message's media type. Old clients request it with an {@code @} in its name, which no answer's header may have. */
    public static final String CONTENT_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final Pattern ASKED =
            Pattern.compile("application/com\\.github\\.proto-openapi\\.spec\\.v2[.@]v1\\.0\\+protobuf");

    private static final String DESCRIPTION = "openapi-v2.desc";

    /** Messages with alternatives, and the field used in our documents. */
    private static final Map<String, String> CHOICES = Map.of(
            "ParametersItem", "parameter",
            "ResponseValue", "response",
            "SchemaItem", "schema");

    private OpenApiMessage() {}

    /** Whether an {@code Accept} header names the message. */
    public static boolean acceptedBy(String header) {
        return ASKED.matcher(header).find();
    }

    /**
     * The message's bytes.
     *
     * @throws IllegalArgumentException for a keyword that OpenAPI v2 does not have
     */
    public static byte[] of(JsonNode swagger) {
        return message(description().findMessageTypeByName("Document"), swagger).toByteArray();
    }

    static FileDescriptor description() {
        try (InputStream in =
                Objects.requireNonNull(OpenApiMessage.class.getResourceAsStream(DESCRIPTION), DESCRIPTION)) {
            FileDescriptor[] known = {};
            for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                known = new FileDescriptor[] {FileDescriptor.buildFrom(file, known)}; // any.proto, then the actual one
            }
            return known[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(DESCRIPTION, e);
        }
    }

    private static DynamicMessage message(Descriptor type, JsonNode tree) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        switch (type.getName()) {
            // YAML of any kind; JSON is YAML.
            case "Any" -> message.setField(field(type, "yaml"), tree.toString());
            case "TypeItem" -> message.addRepeatedField(field(type, "value"), tree.asText());
            case "ItemsItem" -> message.addRepeatedField(field(type, "schema"), nested(field(type, "schema"), tree));
            case "AdditionalPropertiesItem" -> choose(message, tree.isBoolean() ? "boolean" : "schema", tree);
            case "Parameter" -> choose(message, in(tree, "body") ? "body_parameter" : "non_body_parameter", tree);
            case "NonBodyParameter" ->
                choose(message, in(tree, "path") ? "path_parameter_sub_schema" : "query_parameter_sub_schema", tree);
            default -> {
                String choice = CHOICES.get(type.getName());
                if (choice == null) {
                    tree.properties().forEach(entry -> keyword(message, entry.getKey(), entry.getValue()));
                } else {
                    choose(message, choice, tree);
                }
            }
        }
        return message.build();
    }

    private static boolean in(JsonNode parameter, String where) {
        return parameter.path("in").asText().equals(where);
    }

    private static void choose(DynamicMessage.Builder message, String name, JsonNode tree) {
        FieldDescriptor field = field(message.getDescriptorForType(), name);
        message.setField(field, value(field, tree));
    }

    private static void keyword(DynamicMessage.Builder message, String word, JsonNode tree) {
        Descriptor type = message.getDescriptorForType();
        FieldDescriptor field = type.findFieldByName(fieldName(word));
        if (field == null) {
            FieldDescriptor entries = entries(type, word);
            message.addRepeatedField(entries, named(entries.getMessageType(), word, tree));
        } else if (field.isRepeated()) {
            tree.forEach(each -> message.addRepeatedField(field, value(field, each)));
        } else {
            message.setField(field, value(field, tree));
        }
    }

    /** The list of named values for a keyword without a field of its own. */
    private static FieldDescriptor entries(Descriptor type, String word) {
        return switch (type.getName()) {
            case "Properties", "Definitions" -> field(type, "additional_properties");
            case "Paths" -> field(type, "path");
            case "Responses" -> field(type, "response_code");
            default -> {
                if (!word.startsWith("x-")) {
                    throw new IllegalArgumentException("OpenAPI v2 has no keyword " + word + " in a " + type.getName());
                }
                yield field(type, "vendor_extension");
            }
        };
    }

    private static DynamicMessage named(Descriptor type, String name, JsonNode tree) {
        return DynamicMessage.newBuilder(type)
                .setField(field(type, "name"), name)
                .setField(field(type, "value"), nested(field(type, "value"), tree))
                .build();
    }

    private static DynamicMessage nested(FieldDescriptor field, JsonNode tree) {
        return message(field.getMessageType(), tree);
    }

    private static Object value(FieldDescriptor field, JsonNode tree) {
        return switch (field.getJavaType()) {
            case MESSAGE -> nested(field, tree);
            case BOOLEAN -> tree.asBoolean();
            case STRING -> tree.asText();
            case LONG -> tree.asLong();
            case DOUBLE -> tree.asDouble();
            case INT, FLOAT, BYTE_STRING, ENUM ->
                throw new IllegalArgumentException("OpenAPI v2 has no field of the type " + field.getJavaType());
        };
    }

    /** {@code $ref} is {@code _ref}, {@code allOf} is {@code all_of}. */
    private static String fieldName(String word) {
        return word.replace('$', '_').replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static FieldDescriptor field(Descriptor type, String name) {
        return Objects.requireNonNull(type.findFieldByName(name), () -> type.getName() + " has no " + name);
    }
}
