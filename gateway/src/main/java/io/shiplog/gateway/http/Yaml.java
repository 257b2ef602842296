package io.shiplog.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.shiplog.events.json.BodySummary;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** YAML input and output. {@link YamlReading} parses input within limits. */
public final class Yaml {
    private static final YAMLMapper MAPPER = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private Yaml() {}

    /**
     * The JSON of a text.
     *
     * @param repeated a sentence for each field that a YAML text sets twice; empty for JSON, where the schema finds them
     */
    public record Document(Json json, List<String> repeated) {
        public Document {
            repeated = List.copyOf(repeated);
        }

        static Document of(Json json) {
            return new Document(json, List.of());
        }
    }

    static Checked<Document> document(byte[] yaml) {
        return document(yaml, why -> "error converting YAML to JSON: " + why);
    }

    /** An object of this kind: a refusal names the kind and the beginning of the text. */
    static Checked<Document> object(byte[] yaml, String kind) {
        return document(
                yaml,
                why -> "the object provided is unrecognized (must be of type %s): %s (%s)"
                        .formatted(kind, why, BodySummary.of(yaml)));
    }

    /**
     * The configuration of a server-side apply, in YAML or JSON. Nothing at all is an empty object.
     *
     * @param yaml in UTF-8
     */
    public static Checked<Document> configuration(byte[] yaml) {
        return new String(yaml, StandardCharsets.UTF_8).isBlank()
                ? Checked.ok(Document.of(Json.of("{}")))
                : document(yaml, why -> "error decoding YAML: error converting YAML to JSON: " + why);
    }

    private static Checked<Document> document(byte[] yaml, UnaryOperator<String> refusal) {
        try {
            YamlReading.Read read = YamlReading.read(yaml);
            return Checked.ok(new Document(Json.of(read.tree()), read.repeated()));
        } catch (IOException e) {
            return Checked.bad(refusal.apply(YamlSyntax.message(e)));
        }
    }

    /** The same as YAML, in UTF-8, with sorted fields. */
    public static byte[] ofJson(Json json) {
        try {
            return MAPPER.writeValueAsBytes(sorted(json.tree()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                TreeMap<String, JsonNode> fields = new TreeMap<>(YamlOrder.BY_NAME);
                object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
                yield JsonNodeFactory.instance.objectNode().setAll(fields);
            }
            case ArrayNode array -> {
                ArrayNode items = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> items.add(sorted(item)));
                yield items;
            }
            default -> node;
        };
    }
}
