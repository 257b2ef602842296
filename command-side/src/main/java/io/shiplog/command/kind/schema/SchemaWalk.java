package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.kind.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the tokens of an object, in parallel with its schema. Builds the tree on the way. Used once.
 *
 * <p>An explicit null counts as absent, and so does an empty list or map that the schema does not require, and a zero value of a
 * field that Go leaves out: the same effect as Go's types have on an object. Zeros of the status stay: its writers compare it with
 * what they wrote.
 */
public final class SchemaWalk {
    /** Kubernetes' limit on reported findings. */
    private static final int MAX_FINDINGS = 100;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<Schema.Scalar> SCHEMAS =
            EnumSet.of(Schema.Scalar.SCHEMA_OR_BOOLEAN, Schema.Scalar.SCHEMA_OR_LIST, Schema.Scalar.SCHEMA_OR_TEXTS);

    private final JsonParser parser;
    private final List<String> findings = new ArrayList<>(0);

    SchemaWalk(JsonParser parser) {
        this.parser = parser;
    }

    /** A value does not have its field's type; the message is that of Go's decoder. */
    static final class MismatchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String ofMap;

        MismatchException(String message) {
            this(message, message);
        }

        MismatchException(String message, String ofMap) {
            super(message, null, false, false);
            this.ofMap = ofMap;
        }

        /** What Kubernetes says of the same value in a map instead of a text. */
        String ofMap() {
            return ofMap;
        }
    }

    /** A value is longer than its type allows, checked before it is converted. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String path;
        private final int max;

        TooLongException(String path, int max) {
            super(path, null, false, false);
            this.path = path;
            this.max = max;
        }

        String path() {
            return path;
        }

        int max() {
            return max;
        }
    }

    /** The current position. Paths are built only for findings. */
    record Place(@Nullable Place parent, Schema.@Nullable Struct struct, String name, int index) {
        static final int NO_INDEX = -1;

        /** {@code spec.containers[0].name}. */
        String path() {
            String own = index == NO_INDEX ? name : name + "[" + index + "]";
            String above = parent == null ? "" : parent.path();
            return above.isEmpty() ? own : own.startsWith("[") ? above + own : above + "." + own;
        }

        /** Whether the object's status holds it. */
        boolean isInStatus() {
            Place top = this;
            while (top.parent != null) {
                top = top.parent;
            }
            return top.name.equals("status");
        }

        /** The field here, null for an entry of a map. */
        private Schema.@Nullable Field field() {
            return struct == null ? null : struct.field(name);
        }

        /** The nearest field: itself, or the one whose map this is an entry of. */
        Schema.@Nullable Field nearestField() {
            Schema.Field field = field();
            return field != null || parent == null ? field : parent.nearestField();
        }

        /** The struct that has the field here, or the map whose entry this is. */
        Schema.@Nullable Struct nearestStruct() {
            return struct != null || parent == null ? struct : parent.nearestStruct();
        }

        /** Go's decoder's name of a field: {@code ContainerPort.spec.containers.ports.containerPort}. */
        String goPath() {
            StringBuilder path = new StringBuilder();
            Schema.Struct owner = null;
            for (Place at = this; at != null; at = at.parent) {
                Schema.Field field = at.field();
                if (at.struct != null && field != null) {
                    String through = field.go().through();
                    path.insert(0, (through.isEmpty() ? "." : "." + through + ".") + at.name);
                    owner = owner == null ? at.struct : owner;
                }
            }
            return (owner == null ? "" : owner.simpleName()) + path;
        }
    }

    /** {@code unknown field "spec.foo"}, {@code duplicate field "spec.bar"}, in the order of the text. */
    List<String> findings() {
        return findings;
    }

    /** Reads the whole object. The parser is at its first token. A kind without a schema is not checked. */
    ObjectNode object(Schema.@Nullable Struct schema, String kind) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MismatchException(
                    "json: cannot unmarshal %s into Go value of type v1.%s".formatted(SchemaTypes.name(parser), kind));
        }
        return schema == null ? (ObjectNode) ClientJson.value(parser) : struct(schema, null);
    }

    private ObjectNode struct(Schema.Struct schema, @Nullable Place at) throws IOException {
        ObjectNode node = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Schema.Field field = schema.field(name);
            if (field == null) {
                find("unknown", new Place(at, null, name, Place.NO_INDEX));
                parser.skipChildren();
                continue;
            }
            Place place = new Place(at, schema, name, Place.NO_INDEX);
            if (node.has(name)) {
                find("duplicate", place);
            }
            JsonNode value = token == JsonToken.VALUE_NULL ? null : value(field.type(), place);
            if (value == null || dispensable(field, value, place)) {
                node.remove(name);
            } else {
                node.set(name, value);
            }
        }
        return node;
    }

    private static boolean dispensable(Schema.Field field, JsonNode value, Place at) {
        return switch (field.type()) {
            // An empty list of managers is a request to forget them, unlike none.
            case Schema.ListOf list ->
                value.isEmpty()
                        && field.go().zero() != Schema.Zero.WRITTEN
                        && !field.name().equals("managedFields");
            case Schema.MapOf map -> value.isEmpty() && field.go().zero() != Schema.Zero.WRITTEN;
            case Schema.Struct struct -> false;
            case Schema.Scalar scalar ->
                field.go().zero() == Schema.Zero.OMITTED && SchemaTypes.isZero(value) && !at.isInStatus();
        };
    }

    private JsonNode value(Schema type, Place at) throws IOException {
        return switch (type) {
            case Schema.Struct struct -> {
                expect(JsonToken.START_OBJECT, type, at);
                yield struct(struct, at);
            }
            case Schema.ListOf list -> {
                expect(JsonToken.START_ARRAY, type, at);
                yield list(list.items(), at);
            }
            case Schema.MapOf map -> {
                expect(JsonToken.START_OBJECT, type, at);
                yield map(map.values(), at);
            }
            case Schema.Scalar scalar ->
                SCHEMAS.contains(scalar) ? schema(scalar, at) : SchemaTypes.scalar(scalar, parser, at);
        };
    }

    /**
     * A schema inside another, or what may take its place.
     *
     * @see <a
     *     href="https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apis/apiextensions/v1/marshal.go">marshal.go</a>
     */
    private JsonNode schema(Schema.Scalar type, Place at) throws IOException {
        Schema.Struct schema = at.nearestStruct();
        JsonToken token = parser.currentToken();
        if (schema != null && token == JsonToken.START_OBJECT) {
            return struct(schema, at);
        }
        if (type == Schema.Scalar.SCHEMA_OR_BOOLEAN) {
            if (!token.isBoolean()) {
                throw new MismatchException("boolean or JSON schema expected");
            }
            return NODES.booleanNode(parser.getBooleanValue());
        }
        if (schema != null && token == JsonToken.START_ARRAY) {
            return list(type == Schema.Scalar.SCHEMA_OR_LIST ? schema : Schema.Scalar.STRING, at);
        }
        return NODES.nullNode();
    }

    private ArrayNode list(Schema items, Place at) throws IOException {
        ArrayNode node = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            // An item's index replaces its list's name, so that paths read containers[0].
            Place item =
                    items instanceof Schema.Struct ? new Place(at.parent(), at.struct(), at.name(), node.size()) : at;
            node.add(itemOrZero(items, item));
        }
        return node;
    }

    private ObjectNode map(Schema values, Place at) throws IOException {
        ObjectNode node = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Place entry = new Place(at, null, name, Place.NO_INDEX);
            if (node.has(name)) {
                find("duplicate", entry);
            }
            node.set(name, itemOrZero(values, entry));
        }
        return node;
    }

    /** A null for a required value is the type's zero value. */
    private JsonNode itemOrZero(Schema type, Place at) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? SchemaTypes.zero(type) : value(type, at);
    }

    private void expect(JsonToken token, Schema type, Place at) throws IOException {
        if (parser.currentToken() != token) {
            throw SchemaTypes.mismatch(parser, type, at);
        }
    }

    private void find(String what, Place at) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(what + " field \"" + at.path() + "\"");
        }
    }
}
