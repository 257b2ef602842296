package io.shiplog.command.control.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A deleted object to shred: an item of {@code spec.shred}.
 *
 * @param namespace empty for a cluster-scoped one
 * @param uid empty for all that had the name
 */
record ShredTarget(String apiVersion, String kind, String namespace, String name, String uid) {

    /** Those of a KeyRotation. */
    static List<ShredTarget> of(JsonNode rotation) {
        List<ShredTarget> all = new ArrayList<>();
        for (JsonNode each : rotation.path("spec").path("shred")) {
            all.add(new ShredTarget(
                    each.path("apiVersion").asText(),
                    each.path("kind").asText(),
                    each.path("namespace").asText(),
                    each.path("name").asText(),
                    each.path("uid").asText()));
        }
        return all;
    }

    String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether an object of that name is selected. */
    boolean means(PastLife life) {
        return uid.isEmpty() || uid.equals(life.uid());
    }

    ObjectNode json() {
        ObjectNode json =
                Json.MAPPER.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        if (!namespace.isEmpty()) {
            json.put("namespace", namespace);
        }
        return json.put("name", name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
