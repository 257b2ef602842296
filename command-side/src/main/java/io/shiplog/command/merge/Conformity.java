package io.shiplog.command.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.schema.GoText;
import io.shiplog.events.kind.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether an applied configuration fits its type, in Kubernetes' words.
 *
 * @see <a href="https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/typed#TypedValue.Validate">TypedValue.Validate</a>
 */
final class Conformity {
    /** Errors of one configuration. More add nothing. */
    private static final int MAX_ERRORS = 100;

    private final List<String> errors = new ArrayList<>();

    private Conformity() {}

    /**
     * Checks a configuration.
     *
     * @throws MergeException with all errors
     */
    static void check(Shape shape, JsonNode value) {
        Conformity conformity = new Conformity();
        conformity.visit(shape, value, "");
        List<String> errors = conformity.errors;
        if (errors.size() == 1) {
            throw new MergeException(errors.getFirst());
        }
        if (!errors.isEmpty()) {
            throw new MergeException(
                    errors.stream().map(error -> "\n  " + error).collect(Collectors.joining("", "errors:", "")));
        }
    }

    private void find(String path, String what) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(path.isEmpty() ? what : path + ": " + what);
        }
    }

    private void visit(Shape shape, JsonNode value, String path) {
        if (value.isNull()) {
            return;
        }
        switch (shape.type()) {
            case Schema.Struct struct -> struct(shape, value, path);
            case Schema.MapOf map -> {
                if (value.isObject()) {
                    value.properties()
                            .forEach(field ->
                                    visit(shape.element(), field.getValue(), path + PathElement.field(field.getKey())));
                } else {
                    find(path, "expected map, got &{" + GoText.of(value) + "}");
                }
            }
            case Schema.ListOf list -> {
                if (value.isArray()) {
                    items(shape, value, path);
                } else {
                    find(path, "expected list, got &{" + GoText.of(value) + "}");
                }
            }
            case Schema.Scalar scalar -> scalar(scalar, value, path);
        }
    }

    private void struct(Shape shape, JsonNode value, String path) {
        if (!value.isObject()) {
            find(path, "expected map, got &{" + GoText.of(value) + "}");
            return;
        }
        Shape fields = shape.granular();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String below = path + PathElement.field(field.getKey());
            if (fields.declares(field.getKey())) {
                visit(fields.field(field.getKey()), field.getValue(), below);
            } else {
                find(below, "field not declared in schema");
            }
        }
    }

    private void items(Shape shape, JsonNode list, String path) {
        boolean associative = shape.kind() == Shape.Kind.KEYED || shape.kind() == Shape.Kind.SET;
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            String below = path + "[" + i + "]";
            if (associative) {
                PathElement element;
                try {
                    element = shape.item(item);
                } catch (MergeException e) {
                    find(path, "element %d: %s".formatted(i, e.why()));
                    return;
                }
                if (!seen.add(element)) {
                    find(path, "duplicate entries for key " + element);
                }
                below = path + element;
            }
            visit(shape.element(), item, below);
        }
    }

    private void scalar(Schema.Scalar scalar, JsonNode value, String path) {
        switch (scalar) {
            case STRING, BYTES, TIME, MICRO_TIME -> {
                if (!value.isTextual()) {
                    find(path, "expected string, got &value.valueUnstructured{Value:" + GoText.syntax(value) + "}");
                }
            }
            case BOOLEAN -> {
                if (!value.isBoolean()) {
                    find(path, "expected boolean, got &{" + GoText.of(value) + "}");
                }
            }
            case INT32, INT64, NUMBER -> {
                if (!value.isNumber()) {
                    find(path, "expected numeric (int or float), got " + GoText.type(value));
                }
            }
            case QUANTITY, INT_OR_STRING -> {
                if (value.isContainerNode()) {
                    find(path, "expected any scalar, got &{" + GoText.of(value) + "}");
                }
            }
            case ANY, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_TEXTS -> {}
        }
    }
}
