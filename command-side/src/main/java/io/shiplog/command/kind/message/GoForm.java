package io.shiplog.command.kind.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Objects as Kubernetes shows them in messages: with the field names of its internal Go types, in their order, absent fields
 * included.
 */
public final class GoForm {
    private final List<Field> fields;

    private GoForm(List<Field> fields) {
        this.fields = fields;
    }

    /** The form of a struct with these fields, in Go's order. */
    public static GoForm of(Field... fields) {
        return new GoForm(List.of(fields));
    }

    /**
     * A field.
     *
     * @param go its name in Go
     * @param json its name in JSON
     * @param absent what is shown if it is absent
     * @param form the form of its value
     */
    public record Field(String go, String json, JsonNode absent, UnaryOperator<JsonNode> form) {
        /** The same field with another name in JSON. */
        public Field named(String other) {
            return new Field(go, other, absent, form);
        }

        /** The same field with a value in this form. */
        public Field in(GoForm other) {
            return new Field(go, json, absent, other::of);
        }

        /** The same field, a list of values in this form. */
        public Field listOf(GoForm other) {
            return new Field(go, json, absent, other::ofEach);
        }

        /** The same field, a struct in this form that is shown when it is absent, too. */
        public Field struct(GoForm other) {
            return new Field(go, json, other.of(JsonNodeFactory.instance.objectNode()), other::of);
        }
    }

    /** A pointer, list or map: {@code null} if absent. */
    public static Field any(String go) {
        return new Field(go, json(go), NullNode.getInstance(), value -> value);
    }

    /** A text: empty if absent. */
    public static Field text(String go) {
        return new Field(go, json(go), TextNode.valueOf(""), value -> value);
    }

    /** A number: zero if absent. */
    public static Field number(String go) {
        return new Field(go, json(go), IntNode.valueOf(0), value -> value);
    }

    /** A boolean: false if absent. */
    public static Field flag(String go) {
        return new Field(go, json(go), BooleanNode.FALSE, value -> value);
    }

    /** {@code nodeID} for {@code NodeID}. */
    private static String json(String go) {
        return Character.toLowerCase(go.charAt(0)) + go.substring(1);
    }

    /** An object in this form; anything but an object stays as it is. */
    public JsonNode of(JsonNode object) {
        if (!object.isObject()) {
            return object.isMissingNode() ? NullNode.getInstance() : object;
        }
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        for (Field field : fields) {
            JsonNode value = object.path(field.json());
            boolean absent = value.isMissingNode() || value.isNull();
            shown.set(field.go(), absent ? field.absent() : field.form().apply(value));
        }
        return shown;
    }

    private JsonNode ofEach(JsonNode list) {
        var shown = JsonNodeFactory.instance.arrayNode();
        list.forEach(each -> shown.add(of(each)));
        return shown;
    }
}
