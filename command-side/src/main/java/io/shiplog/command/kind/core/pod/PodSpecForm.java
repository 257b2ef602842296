package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The spec of a pod as Kubernetes shows it in messages: with the fields of its internal Go types, in their order, absent ones included. The types are
 * data: {@code go-pod-spec.txt}.
 */
public final class PodSpecForm {
    private static final String RESOURCE = "go-pod-spec.txt";

    /** What the internal type has in the security context, and the API in the spec. */
    private static final List<String> HOST_FIELDS =
            List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers");

    private static final Map<String, List<Field>> STRUCTS = read();

    private PodSpecForm() {}

    /**
     * @param go its name; empty for an embedded struct
     * @param json its name in JSON
     * @param form what it is: see the file
     * @param struct the type of it or of its items; null if that has no fields
     */
    private record Field(
            String go, String json, String form, @Nullable String struct) {
        static Field of(String text) {
            if (text.startsWith("+")) {
                return new Field("", "", "embedded", text.substring(1));
            }
            String[] parts = text.split(":");
            String[] names = parts[0].split("=");
            String json = names.length > 1
                    ? names[1]
                    : names[0].substring(0, 1).toLowerCase(Locale.ROOT) + names[0].substring(1);
            return new Field(names[0], json, parts[1], parts.length > 2 ? parts[2] : null);
        }
    }

    /**
     * The form of a spec.
     *
     * @param spec not changed; the result may share parts with it
     */
    public static JsonNode of(JsonNode spec) {
        if (!spec.isObject()) {
            return shown("PodSpec", JsonNodeFactory.instance.objectNode());
        }
        ObjectNode internal = JsonNodeFactory.instance.objectNode();
        internal.setAll((ObjectNode) spec);
        ObjectNode context = JsonNodeFactory.instance.objectNode();
        if (spec.path("securityContext") instanceof ObjectNode given) {
            context.setAll(given);
        }
        for (String field : HOST_FIELDS) {
            if (spec.has(field)) {
                context.set(field, spec.get(field));
            }
        }
        internal.set("securityContext", context);
        return shown("PodSpec", internal);
    }

    /** The form of a pod template: the fields of its metadata have their names in JSON. */
    public static JsonNode ofTemplate(JsonNode template) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        if (template.path("metadata") instanceof ObjectNode metadata) {
            shown.setAll(metadata);
        }
        shown.set("Spec", of(template.path("spec")));
        return shown;
    }

    private static ObjectNode shown(String struct, JsonNode value) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        for (Field field : STRUCTS.getOrDefault(struct, List.of())) {
            if (field.form().equals("embedded")) {
                shown.setAll(shown(String.valueOf(field.struct()), value));
            } else {
                shown.set(field.go(), value(field, value.path(field.json())));
            }
        }
        return shown;
    }

    private static JsonNode value(Field field, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return absent(field);
        }
        String struct = field.struct();
        if (struct == null) {
            return value;
        }
        if (!(value instanceof ArrayNode items)) {
            return shown(struct, value);
        }
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> shown.add(shown(struct, item)));
        return shown;
    }

    private static JsonNode absent(Field field) {
        return switch (field.form()) {
            case "text" -> TextNode.valueOf("");
            case "number" -> IntNode.valueOf(0);
            case "flag" -> BooleanNode.FALSE;
            case "quantity" -> TextNode.valueOf("0");
            case "struct" -> {
                String struct = field.struct();
                yield struct == null
                        ? JsonNodeFactory.instance.objectNode()
                        : shown(struct, JsonNodeFactory.instance.objectNode());
            }
            default -> NullNode.getInstance();
        };
    }

    private static Map<String, List<Field>> read() {
        Map<String, List<Field>> structs = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(PodSpecForm.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        String[] words = line.split(" ");
                        List<Field> fields = new ArrayList<>();
                        for (int i = 1; i < words.length; i++) {
                            fields.add(Field.of(words[i]));
                        }
                        structs.put(words[0], List.copyOf(fields));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(structs);
    }
}
