package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.events.json.Json;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One step of a path into an object: a field ({@code f:name}), a list item by its keys (<code>k:{"name":"a"}</code>), a set member by its
 * value ({@code v:"a"}), or an index ({@code i:0}). Two are equal if their texts are; keys are sorted in the text.
 *
 * @see <a href="https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath#PathElement">fieldpath.PathElement</a>
 */
final class PathElement implements Comparable<PathElement> {
    /** The kinds, in the order in which Kubernetes prints them. */
    private enum Kind {
        FIELD,
        KEY,
        VALUE,
        INDEX
    }

    private final Kind kind;
    private final String text;

    /** The name of a field, the sorted keys of an item, the value of a member, the number of an index. */
    private final JsonNode content;

    private PathElement(Kind kind, String text, JsonNode content) {
        this.kind = kind;
        this.text = text;
        this.content = content;
    }

    static PathElement field(String name) {
        return new PathElement(Kind.FIELD, "f:" + name, TextNode.valueOf(name));
    }

    /** A member of a set. */
    static PathElement value(JsonNode value) {
        return new PathElement(Kind.VALUE, "v:" + text(value), value);
    }

    /** A list item by its keys. */
    static PathElement key(Map<String, JsonNode> keys) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>(keys);
        ObjectNode content = Json.MAPPER.createObjectNode();
        content.setAll(sorted);
        return new PathElement(Kind.KEY, "k:" + text(content), content);
    }

    /**
     * Parses the text of FieldsV1.
     *
     * @return null for an unknown kind, which is dropped
     * @throws MergeException if the text is malformed
     */
    static @Nullable PathElement parse(String text) {
        if (text.length() < 2 || text.charAt(1) != ':') {
            throw new MergeException("not a path element: " + text);
        }
        String rest = text.substring(2);
        return switch (text.charAt(0)) {
            case 'f' -> field(rest);
            case 'v' -> value(tree(rest));
            case 'k' -> {
                if (!(tree(rest) instanceof ObjectNode keys)) {
                    throw new MergeException("not the keys of an item: " + text);
                }
                TreeMap<String, JsonNode> sorted = new TreeMap<>();
                keys.properties().forEach(key -> sorted.put(key.getKey(), key.getValue()));
                yield key(sorted);
            }
            case 'i' -> index(rest);
            default -> null;
        };
    }

    private static PathElement index(String digits) {
        try {
            int number = Integer.parseInt(digits);
            return new PathElement(
                    Kind.INDEX, "i:" + number, Json.MAPPER.getNodeFactory().numberNode(number));
        } catch (NumberFormatException e) {
            throw new MergeException("not an index: " + digits);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return Json.of(json).tree();
        } catch (UncheckedIOException e) {
            throw new MergeException("not JSON: " + json);
        }
    }

    /** The name of a field; null for any other element. */
    @Nullable String fieldName() {
        return kind == Kind.FIELD ? content.asText() : null;
    }

    boolean isKey() {
        return kind == Kind.KEY;
    }

    /** The key in FieldsV1. */
    String text() {
        return text;
    }

    /** The element in the path of a message: {@code .spec}, {@code [name="a"]}, {@code [="a"]}. */
    @Override
    public String toString() {
        return switch (kind) {
            case FIELD -> "." + content.asText();
            case INDEX -> "[" + content.asText() + "]";
            case VALUE -> "[=" + shown(content) + "]";
            case KEY -> {
                StringBuilder keys = new StringBuilder("[");
                content.properties()
                        .forEach(key -> keys.append(keys.length() > 1 ? "," : "")
                                .append(key.getKey())
                                .append('=')
                                .append(shown(key.getValue())));
                yield keys.append(']').toString();
            }
        };
    }

    private static String shown(JsonNode value) {
        return value.isTextual() ? quoted(value.asText()) : value.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathElement element && text.equals(element.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public int compareTo(PathElement other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        if (kind == Kind.FIELD) {
            return text.compareTo(other.text);
        }
        if (text.equals(other.text)) {
            return 0;
        }
        int order = kind == Kind.KEY ? compareKeys(content, other.content) : compareValues(content, other.content);
        return order == 0 ? text.compareTo(other.text) : order;
    }

    private static int compareKeys(JsonNode keys, JsonNode others) {
        Iterator<Map.Entry<String, JsonNode>> theirs = others.properties().iterator();
        for (Map.Entry<String, JsonNode> key : keys.properties()) {
            if (!theirs.hasNext()) {
                return 1;
            }
            Map.Entry<String, JsonNode> their = theirs.next();
            int order = key.getKey().compareTo(their.getKey());
            if (order == 0) {
                order = compareValues(key.getValue(), their.getValue());
            }
            if (order != 0) {
                return order;
            }
        }
        return theirs.hasNext() ? -1 : 0;
    }

    private static int compareValues(JsonNode value, JsonNode other) {
        if (value.isNumber() && other.isNumber()) {
            return value.decimalValue().compareTo(other.decimalValue());
        }
        if (value.isTextual() && other.isTextual()) {
            return value.asText().compareTo(other.asText());
        }
        if (value.isBoolean() && other.isBoolean()) {
            return Boolean.compare(value.asBoolean(), other.asBoolean());
        }
        return Integer.compare(rank(value), rank(other));
    }

    private static int rank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> 0;
            case STRING, BINARY -> 1;
            case BOOLEAN -> 2;
            case ARRAY -> 3;
            case OBJECT, POJO -> 4;
            case NULL, MISSING -> 5;
        };
    }

    /** JSON as Go writes it: with the characters of HTML escaped. */
    private static String text(JsonNode value) {
        if (value.isTextual()) {
            return quoted(value.asText());
        }
        if (value instanceof ObjectNode object) {
            StringBuilder text = new StringBuilder("{");
            object.properties()
                    .forEach(field -> text.append(text.length() > 1 ? "," : "")
                            .append(quoted(field.getKey()))
                            .append(':')
                            .append(text(field.getValue())));
            return text.append('}').toString();
        }
        return value.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
