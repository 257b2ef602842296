package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.source.PodSource;
import io.shiplog.projections.image.StoredObject;

/** Whether the cluster holds the node for ready, and what it did to pods while it did not. */
final class NodeReadiness {
    private static final ResourceType NODES = ResourceType.core("nodes");

    private NodeReadiness() {}

    /**
     * Whether the node controller marked the pod while its node was not ready: a node's own report gives a reason. The report is
     * repeated when the node is ready.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/util/node/controller_utils.go">MarkPodsNotReady</a>
     */
    static boolean markedNotReady(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("False") && !condition.hasNonNull("reason");
            }
        }
        return false;
    }

    /** Whether a node is ready, or has no object. */
    static boolean of(PodSource source, String name) {
        StoredObject node = source.get(ObjectKey.clusterScoped(NODES, name));
        if (node == null) {
            return true;
        }
        for (JsonNode condition : node.json().tree().path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }
}
