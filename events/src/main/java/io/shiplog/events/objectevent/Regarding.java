package io.shiplog.events.objectevent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;

/**
 * The object that an event is about.
 *
 * @param namespace empty for cluster-scoped objects
 * @param uid empty if not known; for a kubelet's events about its Node, Kubernetes uses the node's name
 * @param resourceVersion empty if irrelevant
 * @param fieldPath a part of the object, as {@code spec.containers{web}}, or empty
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">Event, regarding</a>
 */
public record Regarding(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String uid,
        String resourceVersion,
        String fieldPath) {

    /** An object by its own tree: apiVersion, kind and metadata are read. */
    public static Regarding object(JsonNode tree) {
        JsonNode metadata = tree.path("metadata");
        return new Regarding(
                tree.path("apiVersion").asText(),
                tree.path("kind").asText(),
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                metadata.path("uid").asText(),
                metadata.path("resourceVersion").asText(),
                "");
    }

    /** A part of the same object, as {@code spec.containers{web}}. */
    public Regarding at(String path) {
        return new Regarding(apiVersion, kind, namespace, name, uid, resourceVersion, path);
    }

    /** Where the Event object lives: with its object, or in {@code default} for cluster-scoped ones. */
    String eventNamespace() {
        return namespace.isEmpty() ? "default" : namespace;
    }

    ObjectNode involvedObject() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        put(node, "kind", kind);
        put(node, "namespace", namespace);
        put(node, "name", name);
        put(node, "uid", uid);
        put(node, "apiVersion", apiVersion);
        put(node, "resourceVersion", resourceVersion);
        put(node, "fieldPath", fieldPath);
        return node;
    }

    private static void put(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}
