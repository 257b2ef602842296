package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import io.shiplog.gateway.protobuf.OpenApiMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI v3 documents of one catalogue: one for each group version, with the schemas of its kinds. All are built at the
 * first request, because their text is large and rarely used.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3">OpenAPI v3</a>
 */
final class OpenApiDocuments {
    private static final String HISTORY = "history-openapi.json";
    static final String REF = "#/components/schemas/";

    private final DiscoveryDocuments discovery;
    private final String version;
    private @Nullable Map<String, Document> documents;
    private @Nullable Document index;
    private @Nullable Document swagger;
    private @Nullable Document swaggerMessage;

    OpenApiDocuments(DiscoveryDocuments discovery, String version) {
        this.discovery = discovery;
        this.version = version;
    }

    /** {@code /openapi/v3}: the documents, each with its hash in its URL. */
    synchronized Document index() {
        if (index == null) {
            ObjectNode tree = Json.MAPPER.createObjectNode();
            ObjectNode paths = tree.putObject("paths");
            all().forEach((path, document) ->
                    paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + document.hash()));
            index = Document.of(Json.of(tree));
        }
        return index;
    }

    /** @param path such as {@code apis/apps/v1}; null if it is not served */
    synchronized @Nullable Document document(String path) {
        return all().get(path);
    }

    private Map<String, Document> all() {
        if (documents == null) {
            JsonNode schemas = schemas();
            Map<GroupVersionKind, String> names = names(schemas);
            Map<String, Document> made = new LinkedHashMap<>();
            for (String path : discovery.paths()) {
                made.put(path, Document.of(Json.of(document(path, schemas, names))));
            }
            documents = made;
        }
        return documents;
    }

    /** Kubernetes' schemas, and those of history.shiplog.io. */
    private static ObjectNode schemas() {
        ObjectNode schemas = (ObjectNode) Schemas.openApi().tree();
        try (InputStream in = Objects.requireNonNull(OpenApiDocuments.class.getResourceAsStream(HISTORY), HISTORY)) {
            return schemas.setAll((ObjectNode) Json.MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record GroupVersionKind(String group, String version, String kind) {}

    private static Map<GroupVersionKind, String> names(JsonNode schemas) {
        Map<GroupVersionKind, String> names = new LinkedHashMap<>();
        schemas.properties()
                .forEach(schema -> schema.getValue()
                        .path("x-kubernetes-group-version-kind")
                        .forEach(each -> names.put(
                                new GroupVersionKind(
                                        each.path("group").asText(),
                                        each.path("version").asText(),
                                        each.path("kind").asText()),
                                schema.getKey())));
        return names;
    }

    private ObjectNode document(String path, JsonNode schemas, Map<GroupVersionKind, String> names) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("openapi", "3.0.0");
        tree.putObject("info").put("title", "Kubernetes").put("version", version);
        ObjectNode paths = tree.putObject("paths");
        String[] parts = path.split("/");
        String group = parts.length == 2 ? "" : parts[1];
        String groupVersion = parts[parts.length - 1];
        Map<String, JsonNode> used = new TreeMap<>();
        for (ServedResource resource : discovery.served(group, groupVersion)) {
            new OpenApiPaths(resource, kind -> reference(names, group, groupVersion, kind)).addTo(paths, "/" + path);
            for (String kind : List.of(resource.kind(), resource.kind() + "List", "DeleteOptions", "WatchEvent")) {
                String name = names.get(new GroupVersionKind(group, groupVersion, kind));
                if (name != null) {
                    collect(name, schemas, used);
                }
            }
            for (ServedResource.Sub sub : resource.subresources()) {
                Subresource.Answers answers = sub.answers();
                String name = names.get(new GroupVersionKind(answers.group(), answers.version(), answers.kind()));
                if (name != null) {
                    collect(name, schemas, used);
                }
            }
        }
        ObjectNode components = tree.putObject("components").putObject("schemas");
        used.forEach(components::set);
        return tree;
    }

    private static @Nullable String reference(
            Map<GroupVersionKind, String> names, String group, String version, String kind) {
        String name = names.get(new GroupVersionKind(group, version, kind));
        return name == null ? null : REF + name;
    }

    /** A schema and all schemas that it refers to. */
    private static void collect(String name, JsonNode schemas, Map<String, JsonNode> used) {
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            String each = open.pop();
            JsonNode schema = schemas.get(each);
            if (schema != null && used.putIfAbsent(each, schema) == null) {
                // A schema of schemas has a property with this name, which is no text.
                schema.findValues("$ref").stream()
                        .filter(JsonNode::isTextual)
                        .forEach(ref -> open.push(ref.asText().substring(REF.length())));
            }
        }
    }

    /** {@code /openapi/v2}: everything in one document, for clients without v3. */
    synchronized Document swagger() {
        if (swagger == null) {
            swagger = Document.of(Json.of(swaggerTree()));
        }
        return swagger;
    }

    /** The same as a protobuf message. */
    synchronized Document swaggerMessage() {
        if (swaggerMessage == null) {
            swaggerMessage = Document.of(OpenApiMessage.of(swaggerTree()));
        }
        return swaggerMessage;
    }

    private JsonNode swaggerTree() {
        return Swagger.of(
                version,
                schemas(),
                all().values().stream().map(each -> each.json().tree().path("paths")));
    }
}
