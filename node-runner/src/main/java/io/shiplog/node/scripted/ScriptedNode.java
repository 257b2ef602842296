package io.shiplog.node.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a node that runs nothing. Pure. */
final class ScriptedNode {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LEASE_SECONDS = 40;

    private ScriptedNode() {}

    /** Whether a node's status is Ready: others stay silent. */
    static boolean ready(JsonNode node) {
        return "True".equals(readiness(node));
    }

    /** Whether a node has no status yet: it was created as an object, and waits for its runner. */
    static boolean waits(JsonNode node) {
        return readiness(node) == null;
    }

    private static @Nullable String readiness(JsonNode node) {
        for (JsonNode condition : node.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")
                    && !condition.path("reason").asText().equals("NodeStatusNeverUpdated")) {
                return condition.path("status").asText();
            }
        }
        return null;
    }

    /**
     * The first status of a node that was created as an object.
     *
     * @param like a node with default resources, for fields that are not set
     */
    static ObjectNode first(JsonNode node, JsonNode like, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode status = Json.MAPPER.createObjectNode();
        for (String resources : List.of("capacity", "allocatable")) {
            if (node.at("/status/" + resources).isEmpty()) {
                status.set(resources, like.at("/status/" + resources).deepCopy());
            }
        }
        ArrayNode conditions = status.putArray("conditions");
        for (String pressure : List.of("MemoryPressure", "DiskPressure", "PIDPressure")) {
            condition(conditions, pressure, "False", time);
        }
        condition(conditions, "Ready", "True", time);
        return status;
    }

    private static void condition(ArrayNode conditions, String type, String status, String time) {
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("reason", "Scripted")
                .put("message", "this node runs nothing: its pods are reported as healthy")
                .put("lastHeartbeatTime", time)
                .put("lastTransitionTime", time);
    }

    /** The Lease of a node's heartbeat. */
    static ObjectNode lease(String name, JsonNode node, Instant now) {
        ObjectNode lease = Json.MAPPER.createObjectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata")
                .put("name", name)
                .put("namespace", "kube-node-lease")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", name)
                .put("uid", node.at("/metadata/uid").asText());
        lease.set("spec", renewal(name, now).path("spec"));
        return lease;
    }

    /** The Lease fields that a heartbeat changes. */
    static ObjectNode renewal(String name, Instant now) {
        ObjectNode lease = Json.MAPPER.createObjectNode();
        lease.putObject("spec")
                .put("holderIdentity", name)
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", MICROS.format(now));
        return lease;
    }
}
