package io.shiplog.docker.history.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.projections.history.text.ChangeText;
import java.util.ArrayList;
import java.util.List;

/**
 * The last log lines of a pod's containers whose last run failed, from its node and with the reader's own right to {@code
 * pods/log}. They are not in the log of the cluster: see docs/adr/0905.
 */
public final class LastLines {
    private static final int LINES = 10;
    private static final int BYTES = 2048;

    private LastLines() {}

    /** Text for a terminal, by line; none if the pod is gone or no run failed. */
    public static List<String> of(KubeApi api, String namespace, String name) {
        String path = "/api/v1/namespaces/%s/pods/%s".formatted(KubeApi.encoded(namespace), KubeApi.encoded(name));
        List<String> lines = new ArrayList<>();
        try {
            JsonNode status = api.get(path).path("status");
            for (String list : List.of("initContainerStatuses", "containerStatuses")) {
                status.path(list).forEach(entry -> add(lines, api, path, entry));
            }
        } catch (ClientException gone) {
            return List.of(); // The answer includes the log's knowledge of a deleted pod.
        }
        return lines;
    }

    private static void add(List<String> lines, KubeApi api, String path, JsonNode entry) {
        JsonNode state = entry.path("state");
        boolean up = state.has("running");
        JsonNode ended = state.has("terminated")
                ? state.path("terminated")
                : entry.path("lastState").path("terminated");
        if (ended.path("exitCode").asInt(0) == 0 || up && entry.path("ready").asBoolean()) {
            return;
        }
        String container = entry.path("name").asText();
        try {
            String text = api.text(
                    "%s/log?container=%s&previous=%s&tailLines=%d&limitBytes=%d"
                            .formatted(path, KubeApi.encoded(container), up, LINES, BYTES),
                    "*/*");
            if (!text.isBlank()) {
                lines.add("Last log lines of container " + ChangeText.line(container) + ":");
                text.lines().forEach(line -> lines.add("  " + ChangeText.line(line)));
            }
        } catch (ClientException e) {
            lines.add("No log lines of container " + ChangeText.line(container) + ": "
                    + ChangeText.line(String.valueOf(e.getMessage())));
        }
    }
}
