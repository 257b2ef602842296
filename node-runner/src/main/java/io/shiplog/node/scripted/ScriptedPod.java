package io.shiplog.node.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The status of a pod whose containers are all healthy. Pure. */
final class ScriptedPod {
    private static final List<String> CONDITIONS =
            List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady");

    private ScriptedPod() {}

    /** Whether no node has reported a pod's status yet. A reported status is kept. */
    static boolean untouched(JsonNode pod) {
        String phase = pod.at("/status/phase").asText();
        return (phase.isEmpty() || phase.equals("Pending"))
                && pod.at("/status/containerStatuses").isEmpty()
                && pod.at("/status/initContainerStatuses").isEmpty();
    }

    /** The status, to be merged into the pod's. */
    static ObjectNode running(JsonNode pod, String address, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("phase", "Running").put("startTime", time);
        ArrayNode conditions = status.putArray("conditions");
        CONDITIONS.forEach(type ->
                conditions.addObject().put("type", type).put("status", "True").put("lastTransitionTime", time));
        status.put("podIP", address).putArray("podIPs").addObject().put("ip", address);
        JsonNode inits = pod.at("/spec/initContainers");
        if (!inits.isEmpty()) {
            ArrayNode done = status.putArray("initContainerStatuses");
            inits.forEach(container -> done.add(
                    container.path("restartPolicy").asText().equals("Always")
                            ? running(container, time)
                            : completed(container, time)));
        }
        ArrayNode running = status.putArray("containerStatuses");
        pod.at("/spec/containers").forEach(container -> running.add(running(container, time)));
        return status;
    }

    private static ObjectNode running(JsonNode container, String time) {
        ObjectNode entry = entry(container).put("started", true);
        entry.putObject("state").putObject("running").put("startedAt", time);
        return entry;
    }

    private static ObjectNode completed(JsonNode container, String time) {
        ObjectNode entry = entry(container).put("started", false);
        entry.putObject("state")
                .putObject("terminated")
                .put("exitCode", 0)
                .put("reason", "Completed")
                .put("startedAt", time)
                .put("finishedAt", time);
        return entry;
    }

    private static ObjectNode entry(JsonNode container) {
        return Json.MAPPER
                .createObjectNode()
                .put("name", container.path("name").asText())
                .put("image", container.path("image").asText())
                .put("imageID", "")
                .put("ready", true)
                .put("restartCount", 0);
    }
}
