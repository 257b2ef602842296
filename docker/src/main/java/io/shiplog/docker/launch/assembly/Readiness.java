package io.shiplog.docker.launch.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;

/** Whether the cluster can run pods. */
public final class Readiness {
    private static final ResourceType NODES = ResourceType.core("nodes");

    private Readiness() {}

    /** How many nodes are Ready. */
    public static long readyNodes(Image image) {
        return image.list(NODES).stream()
                .filter(node -> isReady(node.json().tree()))
                .count();
    }

    /** Whether a Node object is Ready. */
    public static boolean isReady(JsonNode node) {
        for (JsonNode condition : node.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }
}
