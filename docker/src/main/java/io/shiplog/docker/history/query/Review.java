package io.shiplog.docker.history.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.events.json.Json;
import org.jspecify.annotations.Nullable;

/** A review of history.shiplog.io to send: a kind, its resource and a spec. */
public record Review(String kind, String resource, ObjectNode spec) {
    private static final String ROOT = "/apis/history.shiplog.io/v1/";

    /**
     * Sends a review about one object.
     *
     * @param field of the spec that names the object
     * @param at null for the newest state
     */
    public static JsonNode about(
            String kind, String resource, String field, Target target, @Nullable Moment at, KubeApi api, Scope scope) {
        ObjectNode spec = Json.MAPPER.createObjectNode();
        spec.set(field, reference(target, scope.namespace()));
        if (at != null) {
            spec.put("at", at.text());
        }
        return scope.askedOfObject(() -> new Review(kind, resource, spec).ask(api, scope.namespace()));
    }

    public static ObjectNode reference(Target target, String namespace) {
        ApiResource type = target.resource();
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        if (type.namespaced()) {
            object.put("namespace", namespace);
        }
        return object.put("name", target.name());
    }

    /**
     * Sends it.
     *
     * @param namespace of the request; empty for the whole cluster
     * @return the review with its status
     */
    public JsonNode ask(KubeApi api, String namespace) {
        return ask(api, namespace, false);
    }

    /** The same as a dry run. */
    public JsonNode ask(KubeApi api, String namespace, boolean dryRun) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "history.shiplog.io/v1").put("kind", kind);
        body.set("spec", spec);
        String where = namespace.isEmpty() ? "" : "namespaces/" + KubeApi.encoded(namespace) + "/";
        return api.post(ROOT + where + resource + (dryRun ? "?dryRun=All" : ""), body);
    }
}
