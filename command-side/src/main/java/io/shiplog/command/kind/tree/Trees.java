package io.shiplog.command.kind.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Access to object trees: absent values are an empty list, an empty text, or created. */
public final class Trees {
    private Trees() {}

    /** The value at a path, a missing node if there is none. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode at = node;
        for (String part : path) {
            at = at.path(part);
        }
        return at;
    }

    /** The text at a path, empty if there is none. */
    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    /** The object under a name, created if absent. */
    public static ObjectNode object(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode found ? found : parent.putObject(name);
    }

    /** The list under a name, created if absent. */
    public static ArrayNode array(ObjectNode parent, String name) {
        return parent.get(name) instanceof ArrayNode found ? found : parent.putArray(name);
    }

    /** The objects in the lists at a path; each alternative of the last part is tried. */
    public static List<ObjectNode> objects(JsonNode node, String... names) {
        List<ObjectNode> objects = new ArrayList<>();
        for (String name : names) {
            for (JsonNode item : node.path(name)) {
                if (item instanceof ObjectNode object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    public static void defaultText(ObjectNode node, String name, String value) {
        if (text(node, name).isEmpty()) {
            node.put(name, value);
        }
    }

    public static void defaultNumber(ObjectNode node, String name, long value) {
        if (!node.hasNonNull(name)) {
            if (value == (int) value) {
                node.put(name, (int) value);
            } else {
                node.put(name, value);
            }
        }
    }

    /** For numbers whose zero means absent. */
    public static void defaultNumberForZero(ObjectNode node, String name, int value) {
        if (node.path(name).asLong(0) == 0) {
            node.put(name, value);
        }
    }

    public static void defaultBoolean(ObjectNode node, String name, boolean value) {
        if (!node.hasNonNull(name)) {
            node.put(name, value);
        }
    }

    public static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>(array.size());
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    public static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    public static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    public static boolean oneOf(String value, String... values) {
        return Arrays.asList(values).contains(value);
    }
}
