package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** How far a workload is, by its status. */
final class Progress {
    private Progress() {}

    /** Whether the workload is as wanted; a Job, whether it has ended well. */
    static boolean isReady(String kind, JsonNode object) {
        JsonNode status = object.path("status");
        long generation = object.path("metadata").path("generation").asLong();
        if (kind.equals("Job")) {
            return condition(object, "Complete");
        }
        if (status.path("observedGeneration").asLong() < generation) {
            return false;
        }
        int wanted = wanted(kind, object);
        return kind.equals("DaemonSet")
                ? status.path("updatedNumberScheduled").asInt() == wanted
                        && status.path("numberAvailable").asInt() == wanted
                : status.path("updatedReplicas").asInt() == wanted
                        && status.path("replicas").asInt() == wanted
                        && status.path("availableReplicas").asInt() == wanted;
    }

    private static int wanted(String kind, JsonNode object) {
        return kind.equals("DaemonSet")
                ? object.path("status").path("desiredNumberScheduled").asInt()
                : object.path("spec").path("replicas").asInt(1);
    }

    private static boolean condition(JsonNode object, String type) {
        for (JsonNode each : object.path("status").path("conditions")) {
            if (each.path("type").asText().equals(type)) {
                return each.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** A line for the user, such as {@code 1 of 2 ready}. */
    static String text(String kind, JsonNode object) {
        JsonNode status = object.path("status");
        if (kind.equals("Job")) {
            return condition(object, "Complete") ? "complete" : "running";
        }
        int available = kind.equals("DaemonSet")
                ? status.path("numberAvailable").asInt()
                : status.path("availableReplicas").asInt();
        return "%d of %d ready".formatted(available, wanted(kind, object));
    }

    /** Why the workload will not become ready by itself; empty if it may. */
    static String failure(JsonNode object) {
        for (JsonNode each : object.path("status").path("conditions")) {
            boolean failed = each.path("type").asText().equals("Failed")
                    && each.path("status").asText().equals("True");
            if (failed) {
                return each.path("message").asText(each.path("reason").asText());
            }
        }
        return "";
    }

    /** What keeps pods from being ready. */
    static String reasons(JsonNode pods) {
        Set<String> reasons = new LinkedHashSet<>();
        for (JsonNode pod : pods) {
            for (String statuses : new String[] {"initContainerStatuses", "containerStatuses"}) {
                for (JsonNode each : pod.path("status").path(statuses)) {
                    JsonNode waiting = each.path("state").path("waiting");
                    String container = each.path("name").asText();
                    if (!waiting.isMissingNode()) {
                        reasons.add("%s: %s %s"
                                .formatted(
                                        container,
                                        waiting.path("reason").asText(),
                                        waiting.path("message").asText())
                                .strip());
                    } else if (each.path("state").has("running")
                            && !each.path("ready").asBoolean()) {
                        reasons.add(container + ": runs, but is not ready");
                    }
                }
            }
            for (JsonNode each : pod.path("status").path("conditions")) {
                if (each.path("type").asText().equals("PodScheduled")
                        && each.path("status").asText().equals("False")) {
                    reasons.add(each.path("message").asText());
                }
            }
        }
        return reasons.isEmpty() ? "there is no pod" : String.join("; ", reasons);
    }
}
