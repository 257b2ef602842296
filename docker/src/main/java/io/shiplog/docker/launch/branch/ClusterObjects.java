package io.shiplog.docker.launch.branch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All objects of a cluster, read through its API. */
final class ClusterObjects {
    /** Changes and measurements are not objects, and Event objects are not state. */
    private static final Set<String> LEFT_OUT = Set.of("history.shiplog.io", "events.k8s.io", "metrics.k8s.io");

    private final ApiClient api;

    ClusterObjects(ApiClient api) {
        this.api = api;
    }

    /**
     * Every object of every kind that can be listed.
     *
     * @param moment {@code /at/1234}, or empty for now
     */
    List<JsonNode> read(String moment) throws IOException, InterruptedException {
        List<JsonNode> objects = new ArrayList<>();
        group(moment, "/api/v1", "v1", objects);
        for (JsonNode group : api.json("/apis").path("groups")) {
            if (!LEFT_OUT.contains(group.path("name").asText())) {
                String version = group.at("/preferredVersion/groupVersion").asText();
                group(moment, "/apis/" + version, version, objects);
            }
        }
        return objects;
    }

    private void group(String moment, String path, String version, List<JsonNode> objects)
            throws IOException, InterruptedException {
        for (JsonNode resource : api.json(path).path("resources")) {
            String name = resource.path("name").asText();
            if (listed(resource) && !name.contains("/") && !name.equals("events")) {
                for (JsonNode object : api.json(moment + path + "/" + name).path("items")) {
                    objects.add(((ObjectNode) object)
                            .put("apiVersion", version)
                            .put("kind", resource.path("kind").asText()));
                }
            }
        }
    }

    private static boolean listed(JsonNode resource) {
        for (JsonNode verb : resource.path("verbs")) {
            if (verb.asText().equals("list")) {
                return true;
            }
        }
        return false;
    }
}
