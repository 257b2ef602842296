package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Schema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;

/** Scalars of the API: their format, the messages of Go's decoder for others, their canonical form. */
public final class SchemaTypes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'");
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

    private SchemaTypes() {}

    /** The parser's current scalar. */
    static JsonNode scalar(Schema.Scalar type, JsonParser parser, SchemaWalk.Place at) throws IOException {
        return switch (type) {
            case STRING -> NODES.textNode(text(type, parser, at));
            case BYTES -> NODES.textNode(bytes(parser, at));
            case BOOLEAN -> {
                if (!parser.currentToken().isBoolean()) {
                    throw mismatch(parser, type, at);
                }
                yield NODES.booleanNode(parser.getBooleanValue());
            }
            case INT32 -> NODES.numberNode((int) whole(type, parser, at, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> {
                long value = whole(type, parser, at, Long.MIN_VALUE, Long.MAX_VALUE);
                // The smallest node type that holds it, as the parser uses: nodes of different types are never equal.
                yield value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
            }
            case NUMBER -> {
                if (!parser.currentToken().isNumeric()) {
                    throw mismatch(parser, type, at);
                }
                if (!Double.isFinite(parser.getDoubleValue())) {
                    throw new SchemaWalk.MismatchException(
                            "json: cannot unmarshal number %s into Go struct field %s of type float64"
                                    .formatted(parser.getText(), at.goPath()));
                }
                yield NODES.numberNode(parser.getDoubleValue());
            }
            case QUANTITY -> quantity(parser, at);
            case INT_OR_STRING -> intOrString(parser, at);
            case TIME -> time(parser, at, SECONDS);
            case MICRO_TIME -> time(parser, at, MICROS);
            case ANY, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS -> ClientJson.value(parser);
        };
    }

    private static String text(Schema.Scalar type, JsonParser parser, SchemaWalk.Place at) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw mismatch(parser, type, at);
        }
        return parser.getText();
    }

    private static long whole(Schema.Scalar type, JsonParser parser, SchemaWalk.Place at, long min, long max)
            throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw mismatch(parser, type, at);
        }
        JsonParser.NumberType size = parser.getNumberType();
        if (size == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < min || parser.getLongValue() > max) {
            throw new SchemaWalk.MismatchException("json: cannot unmarshal number %s into Go struct field %s of type %s"
                    .formatted(parser.getText(), at.goPath(), goType(type, at)));
        }
        return parser.getLongValue();
    }

    private static JsonNode quantity(JsonParser parser, SchemaWalk.Place at) throws IOException {
        if (parser.currentToken().isStructStart()) {
            throw new SchemaWalk.MismatchException(Quantity.FORMAT_WRONG);
        }
        if (parser.getTextLength() > Quantity.MAX_CHARACTERS) {
            if (!Quantity.hasForm(parser.getText())) {
                throw new SchemaWalk.MismatchException(Quantity.FORMAT_WRONG);
            }
            throw new SchemaWalk.TooLongException(at.path(), Quantity.MAX_CHARACTERS);
        }
        try {
            return NODES.textNode(Quantity.parse(parser.getText()).toString());
        } catch (Quantity.NoQuantityException e) {
            throw new SchemaWalk.MismatchException(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode intOrString(JsonParser parser, SchemaWalk.Place at) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return NODES.textNode(parser.getText());
        }
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() != JsonParser.NumberType.INT) {
            throw ofOwnDecoder(
                    parser.currentToken().isNumeric() ? "number " + parser.getText() : name(parser), "int32", at);
        }
        return NODES.numberNode(parser.getIntValue());
    }

    /** The mismatch of a type that decodes itself: in a map it is decoded alone, without the field's name. */
    private static SchemaWalk.MismatchException ofOwnDecoder(String found, String goType, SchemaWalk.Place at) {
        return new SchemaWalk.MismatchException(
                "json: cannot unmarshal %s into Go struct field %s of type %s".formatted(found, at.goPath(), goType),
                "json: cannot unmarshal %s into Go value of type %s".formatted(found, goType));
    }

    private static JsonNode time(JsonParser parser, SchemaWalk.Place at, DateTimeFormatter form) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw ofOwnDecoder(name(parser), "string", at);
        }
        String text = parser.getText();
        try {
            OffsetDateTime moment = OffsetDateTime.parse(text);
            return NODES.textNode(form.format(moment.withOffsetSameInstant(ZoneOffset.UTC)));
        } catch (DateTimeParseException e) {
            throw new SchemaWalk.MismatchException(
                    "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\" as \"2006\""
                            .formatted(text, text.substring(Math.min(e.getErrorIndex(), text.length()))));
        }
    }

    /** Text in base64. Go reads a list of numbers as bytes, too. */
    private static String bytes(JsonParser parser, SchemaWalk.Place at) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return base64(text(Schema.Scalar.BYTES, parser, at));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken token = parser.currentToken();
            boolean whole = token == JsonToken.VALUE_NUMBER_INT;
            if (token != JsonToken.VALUE_NULL
                    && (!whole || parser.getBigIntegerValue().bitLength() > Byte.SIZE || parser.getLongValue() < 0)) {
                throw new SchemaWalk.MismatchException(
                        "json: cannot unmarshal %s into Go struct field %s of type uint8"
                                .formatted(
                                        token.isNumeric() ? "number " + parser.getText() : name(parser), at.goPath()),
                        "cannot restore slice from slice");
            }
            bytes.write(whole ? parser.getIntValue() : 0);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /**
     * Checks base64 of the standard alphabet with padding, like Go's decoder: an error is where the wrong byte is, or where the
     * group begins that is not complete.
     *
     * @see <a href="https://pkg.go.dev/encoding/base64#CorruptInputError">base64.CorruptInputError</a>
     */
    private static String base64(String text) {
        int inGroup = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isLineEnd(c)) {
                continue;
            }
            if (c == '=') {
                padding(text, i, inGroup);
                return text;
            }
            boolean digit =
                    c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
            if (!digit) {
                throw corrupt(i);
            }
            inGroup = (inGroup + 1) % 4;
        }
        if (inGroup != 0) {
            throw corrupt(text.length() - inGroup);
        }
        return text;
    }

    /** The end of the text, from its first {@code =} on. */
    private static void padding(String text, int first, int inGroup) {
        if (inGroup < 2) {
            throw corrupt(first);
        }
        int at = pastLineEnds(text, first + 1);
        if (inGroup == 2) {
            if (at == text.length()) {
                throw corrupt(at);
            }
            if (text.charAt(at) != '=') {
                throw corrupt(at - 1);
            }
            at = pastLineEnds(text, at + 1);
        }
        if (at < text.length()) {
            throw corrupt(at);
        }
    }

    private static int pastLineEnds(String text, int from) {
        int at = from;
        while (at < text.length() && isLineEnd(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private static SchemaWalk.MismatchException corrupt(int at) {
        return new SchemaWalk.MismatchException("illegal base64 data at input byte " + at);
    }

    /** {@code json: cannot unmarshal string into Go struct field ContainerPort.… of type int32}. */
    static SchemaWalk.MismatchException mismatch(JsonParser parser, Schema type, SchemaWalk.Place at)
            throws IOException {
        String found = name(parser);
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                && goType(type).startsWith("int")) {
            found = "number " + parser.getText();
        }
        String goType = goType(type, at);
        return new SchemaWalk.MismatchException(
                "json: cannot unmarshal %s into Go struct field %s of type %s".formatted(found, at.goPath(), goType),
                ofMap(type, goType, parser.currentToken()));
    }

    /**
     * What Kubernetes says of a value of another type in a map.
     *
     * @see <a
     *     href="https://github.com/kubernetes/apimachinery/blob/master/pkg/runtime/converter.go">DefaultUnstructuredConverter</a>
     */
    private static String ofMap(Schema type, String goType, JsonToken token) {
        String found = switch (token) {
            case START_OBJECT -> "map";
            case START_ARRAY -> "slice";
            case VALUE_NUMBER_INT -> "int64";
            case VALUE_NUMBER_FLOAT -> "float64";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            default -> "string";
        };
        boolean number = token.isNumeric();
        return switch (type) {
            case Schema.Struct _ -> "cannot restore struct from: " + found;
            case Schema.ListOf _ -> "cannot restore slice from " + found;
            case Schema.MapOf _ -> "cannot restore map from " + found;
            case Schema.Scalar scalar ->
                switch (scalar) {
                    case BYTES -> "cannot restore slice from " + found;
                    // Go converts whole numbers to texts, but not to these.
                    case STRING ->
                        token == JsonToken.VALUE_NUMBER_INT
                                ? "cannot convert %s to %s".formatted(found, goType)
                                : "unrecognized type: string";
                    case INT32, INT64, NUMBER ->
                        number
                                ? "cannot convert %s to %s".formatted(found, goType)
                                : "unrecognized type: " + goType(scalar);
                    case BOOLEAN -> "unrecognized type: bool";
                    case QUANTITY,
                            INT_OR_STRING,
                            TIME,
                            MICRO_TIME,
                            ANY,
                            SCHEMA_OR_BOOLEAN,
                            SCHEMA_OR_LIST,
                            SCHEMA_OR_TEXTS -> "unrecognized type: struct";
                };
        };
    }

    /** Go's name of a type where it is used: the field's own name of it, if it has one. */
    private static String goType(Schema type, SchemaWalk.Place at) {
        Schema.Field field = at.nearestField();
        if (field == null) {
            return goType(type);
        }
        Schema outer = field.type();
        String name = field.go().type();
        while (outer != type && !name.isEmpty()) {
            switch (outer) {
                case Schema.ListOf list -> {
                    outer = list.items();
                    name = name.startsWith("[]") ? name.substring(2) : "";
                }
                case Schema.MapOf map -> {
                    outer = map.values();
                    name = name.startsWith("map[") ? name.substring(name.indexOf(']') + 1) : "";
                }
                case Schema.Struct _, Schema.Scalar _ -> name = "";
            }
        }
        return name.isEmpty() ? goType(type) : name;
    }

    /** The name in Go's decoder of the parser's current value. */
    static String name(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NULL -> "null";
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> token.name();
        };
    }

    private static String goType(Schema type) {
        return switch (type) {
            case Schema.Struct struct -> struct.goName();
            case Schema.ListOf list -> "[]" + goType(list.items());
            case Schema.MapOf map -> "map[string]" + goType(map.values());
            case Schema.Scalar scalar ->
                switch (scalar) {
                    case STRING -> "string";
                    case BYTES -> "[]uint8";
                    case BOOLEAN -> "bool";
                    case INT32 -> "int32";
                    case INT64 -> "int64";
                    case NUMBER -> "float64";
                    case QUANTITY -> "resource.Quantity";
                    case INT_OR_STRING -> "intstr.IntOrString";
                    case TIME -> "v1.Time";
                    case MICRO_TIME -> "v1.MicroTime";
                    case ANY -> "v1.FieldsV1";
                    case SCHEMA_OR_BOOLEAN -> "v1.JSONSchemaPropsOrBool";
                    case SCHEMA_OR_LIST -> "v1.JSONSchemaPropsOrArray";
                    case SCHEMA_OR_TEXTS -> "v1.JSONSchemaPropsOrStringArray";
                };
        };
    }

    /** Whether a value is one that Go's encoder leaves out of a field that says so. */
    static boolean isZero(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue().isEmpty();
            case BOOLEAN -> !value.booleanValue();
            case NUMBER -> value.doubleValue() == 0;
            case NULL, MISSING -> true;
            case ARRAY, OBJECT, POJO, BINARY -> false;
        };
    }

    /** Go's zero value for a null. */
    static JsonNode zero(Schema type) {
        return switch (type) {
            case Schema.Struct struct -> NODES.objectNode();
            case Schema.ListOf list -> NODES.arrayNode();
            case Schema.MapOf map -> NODES.objectNode();
            case Schema.Scalar scalar ->
                switch (scalar) {
                    case STRING, BYTES -> NODES.textNode("");
                    case BOOLEAN -> NODES.booleanNode(false);
                    case INT32, INT64, NUMBER, INT_OR_STRING -> NODES.numberNode(0);
                    case QUANTITY -> NODES.textNode("0");
                    case TIME, MICRO_TIME, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS -> NODES.nullNode();
                    case SCHEMA_OR_BOOLEAN -> NODES.booleanNode(false);
                    case ANY -> NODES.objectNode();
                };
        };
    }
}
