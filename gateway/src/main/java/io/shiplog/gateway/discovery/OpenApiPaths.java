package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one resource in an OpenAPI v3 document. Clients detect server features here: kubectl relies on server-side
 * validation only if {@code patch} has the parameter {@code fieldValidation}.
 */
final class OpenApiPaths {
    private static final List<String> WRITE_PARAMETERS = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LIST_PARAMETERS = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");
    private static final List<String> DELETE_PARAMETERS =
            List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");

    private final ServedResource resource;
    /** The reference to a kind's schema; null for a kind without one. */
    private final Function<String, @Nullable String> reference;

    OpenApiPaths(ServedResource resource, Function<String, @Nullable String> reference) {
        this.resource = resource;
        this.reference = reference;
    }

    void addTo(ObjectNode paths, String root) {
        String collection = root + (resource.namespaced() ? "/namespaces/{namespace}/" : "/") + resource.plural();
        ObjectNode all = path(paths, collection);
        ObjectNode one = null;
        for (String verb : resource.verbs()) {
            switch (verb) {
                case "list" -> operation(all, "get", "list", resource.kind() + "List", LIST_PARAMETERS);
                case "create" -> operation(all, "post", "post", resource.kind(), WRITE_PARAMETERS);
                case "deletecollection" -> operation(all, "delete", "deletecollection", null, DELETE_PARAMETERS);
                case "get", "update", "patch", "delete" -> {
                    one = one == null ? path(paths, collection + "/{name}") : one;
                    single(one, verb);
                }
                default -> {} // watch is a parameter of list
            }
        }
        for (ServedResource.Sub sub : resource.subresources()) {
            ObjectNode path = path(paths, collection + "/{name}/" + sub.word());
            sub.verbs().forEach(verb -> single(path, verb));
        }
    }

    private void single(ObjectNode path, String verb) {
        switch (verb) {
            case "get" -> operation(path, "get", "get", resource.kind(), List.of());
            case "create" -> operation(path, "post", "post", resource.kind(), WRITE_PARAMETERS);
            case "update" -> operation(path, "put", "put", resource.kind(), WRITE_PARAMETERS);
            case "patch" -> operation(path, "patch", "patch", resource.kind(), WRITE_PARAMETERS);
            case "delete" -> operation(path, "delete", "delete", null, DELETE_PARAMETERS);
            default -> throw new IllegalArgumentException("no operation is known for the verb " + verb);
        }
    }

    private ObjectNode path(ObjectNode paths, String path) {
        ObjectNode tree = paths.putObject(path);
        ArrayNode parameters = tree.putArray("parameters");
        for (String name : List.of("namespace", "name")) {
            if (path.contains("{" + name + "}")) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "path")
                        .put("required", true)
                        .putObject("schema")
                        .put("type", "string");
            }
        }
        return tree;
    }

    private void operation(
            ObjectNode path, String method, String action, @Nullable String kind, List<String> queryParameters) {
        ObjectNode operation = path.putObject(method);
        operation.put("x-kubernetes-action", action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", resource.group())
                .put("version", resource.version())
                .put("kind", resource.kind());
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : queryParameters) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string")
                    .put("uniqueItems", true);
        }
        String schema = kind == null ? null : reference.apply(kind);
        if (schema != null && (method.equals("post") || method.equals("put"))) {
            content(operation.putObject("requestBody"), "application/json", schema);
        }
        if (method.equals("patch")) {
            ObjectNode contents = operation.putObject("requestBody").putObject("content");
            for (String type : List.of(
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json")) {
                contents.putObject(type).putObject("schema").put("type", "object");
            }
        }
        ObjectNode ok = operation.putObject("responses").putObject(method.equals("post") ? "201" : "200");
        ok.put("description", method.equals("post") ? "Created" : "OK");
        if (schema != null) {
            content(ok, "application/json", schema);
        }
    }

    private static void content(ObjectNode tree, String type, String schema) {
        tree.putObject("content").putObject(type).putObject("schema").put("$ref", schema);
    }
}
