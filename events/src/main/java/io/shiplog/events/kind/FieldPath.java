package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/**
 * Where a field selector finds its value in an object: the first path that leads to a value, else a fallback.
 *
 * @param paths each a list of property names and, for arrays, indexes
 * @param fallback the value of an absent field: {@code false} for {@code spec.unschedulable}, mostly empty
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/">Field selectors</a>
 */
public record FieldPath(List<List<String>> paths, String fallback) {
    public FieldPath {
        paths = paths.stream().map(List::copyOf).toList();
    }

    /** Paths to try in order, with dots between the parts. */
    public static FieldPath of(String... paths) {
        return new FieldPath(
                Arrays.stream(paths).map(p -> List.of(p.split("\\."))).toList(), "");
    }

    /** The same paths with a value for objects that have none of them. */
    public FieldPath orElse(String value) {
        return new FieldPath(paths, value);
    }

    /** The first path, with dots between the parts. */
    public String first() {
        return String.join(".", paths.getFirst());
    }

    /** The field's value as text. */
    public String value(JsonNode object) {
        for (List<String> path : paths) {
            JsonNode node = object;
            for (String part : path) {
                node = node.isArray() ? node.path(Integer.parseInt(part)) : node.path(part);
            }
            String text = node.asText("");
            if (!text.isEmpty()) {
                return text;
            }
        }
        return fallback;
    }
}
