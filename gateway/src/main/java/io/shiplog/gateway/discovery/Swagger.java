package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.stream.Stream;

/**
 * OpenAPI v2 converted from v3: the same paths and schemas, with references, parameters and bodies as v2 has them. Pure.
 *
 * @see <a href="https://spec.openapis.org/oas/v2.0.html">OpenAPI 2.0</a>
 */
final class Swagger {
    private static final String REF = "#/definitions/";

    private Swagger() {}

    /**
     * @param schemas the schemas of v3, by name
     * @param paths the path items of v3, by path, of each document
     */
    static JsonNode of(String version, JsonNode schemas, Stream<JsonNode> paths) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("swagger", "2.0");
        tree.putObject("info").put("title", "Kubernetes").put("version", version);
        ObjectNode all = tree.putObject("paths");
        paths.forEach(each -> each.properties().forEach(path -> all.set(path.getKey(), pathItem(path.getValue()))));
        ObjectNode definitions = tree.putObject("definitions");
        schemas.properties().forEach(each -> definitions.set(each.getKey(), schema(each.getValue())));
        return tree;
    }

    private static ObjectNode pathItem(JsonNode item) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        item.properties().forEach(each -> {
            if (each.getKey().equals("parameters")) {
                parameters(tree.putArray("parameters"), each.getValue());
            } else {
                tree.set(each.getKey(), operation(each.getValue()));
            }
        });
        return tree;
    }

    private static ObjectNode operation(JsonNode operation) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        ArrayNode parameters = Json.MAPPER.createArrayNode();
        operation.properties().forEach(each -> {
            JsonNode value = each.getValue();
            switch (each.getKey()) {
                case "parameters" -> parameters(parameters, value);
                case "requestBody" -> {
                    ArrayNode consumes = tree.putArray("consumes");
                    value.path("content").fieldNames().forEachRemaining(consumes::add);
                    parameters
                            .addObject()
                            .put("name", "body")
                            .put("in", "body")
                            .put("required", true)
                            .set("schema", schema(content(value)));
                }
                case "responses" -> {
                    tree.putArray("produces").add(Document.JSON);
                    ObjectNode responses = tree.putObject("responses");
                    value.properties()
                            .forEach(response -> responses.set(response.getKey(), response(response.getValue())));
                }
                default -> tree.set(each.getKey(), value);
            }
        });
        tree.set("parameters", parameters);
        return tree;
    }

    private static ObjectNode response(JsonNode response) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.set("description", response.path("description"));
        if (response.has("content")) {
            tree.set("schema", schema(content(response)));
        }
        return tree;
    }

    /** The schema of a body or an answer, the same for all of its media types. */
    private static JsonNode content(JsonNode of) {
        return of.path("content").iterator().next().path("schema");
    }

    /** The content of a v3 parameter's schema is part of the parameter in v2. */
    private static void parameters(ArrayNode to, JsonNode parameters) {
        parameters.forEach(each -> {
            ObjectNode parameter = to.addObject();
            parameter.setAll((ObjectNode) each);
            parameter.remove("schema");
            parameter.setAll((ObjectNode) each.path("schema"));
        });
    }

    /** In v2 a reference stands alone, not in an {@code allOf} of one, and there is no {@code oneOf}. */
    private static JsonNode schema(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.MAPPER.createArrayNode();
            array.forEach(each -> copy.add(schema(each)));
            return copy;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode copy = Json.MAPPER.createObjectNode();
        object.properties().forEach(field -> {
            String word = field.getKey();
            JsonNode value = field.getValue();
            if (word.equals("allOf") && value.size() == 1) {
                copy.setAll((ObjectNode) schema(value.get(0)));
            } else if (word.equals("$ref") && value.isTextual()) {
                copy.put("$ref", REF + value.asText().substring(OpenApiDocuments.REF.length()));
            } else if (word.equals("oneOf") && value.isArray()) {
                copy.put("type", "string"); // IntOrString and Quantity, as in Kubernetes' v2 document
            } else {
                copy.set(word, schema(value));
            }
        });
        return copy;
    }
}
