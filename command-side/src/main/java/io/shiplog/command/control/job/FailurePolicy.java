package io.shiplog.command.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a Job about its failed pods; the first that matches decides.
 *
 * @param policy {@code spec.podFailurePolicy}, or a missing node
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy">Pod failure policy</a>
 */
record FailurePolicy(JsonNode policy) {
    /** What a failed pod without a matching rule does: it counts. */
    private static final Match COUNTS = new Match("Count", null);

    /**
     * What the failure of a pod means.
     *
     * @param action Ignore, FailIndex, Count or FailJob
     * @param message why the Job fails; null unless it does
     */
    record Match(String action, @Nullable String message) {
        boolean counts() {
            return !action.equals("Ignore");
        }

        boolean failsIndex() {
            return action.equals("FailIndex");
        }
    }

    Match of(JobPod pod) {
        int index = 0;
        for (JsonNode rule : policy.path("rules")) {
            String action = rule.path("action").asText();
            String what = rule.has("onExitCodes")
                    ? exit(pod, rule.path("onExitCodes"))
                    : condition(pod, rule.path("onPodConditions"));
            if (what != null) {
                String message = "%s matching %s rule at index %d".formatted(what, action, index);
                return new Match(action, action.equals("FailJob") ? message : null);
            }
            index++;
        }
        return COUNTS;
    }

    private static @Nullable String exit(JobPod pod, JsonNode wanted) {
        for (JobPod.Exit exit : pod.read().exits()) {
            if (exit.code() != 0
                    && (!wanted.has("containerName")
                            || Objects.equals(wanted.path("containerName").asText(), exit.container()))
                    && has(wanted.path("values"), exit.code())
                            == wanted.path("operator").asText().equals("In")) {
                return "Container %s for pod %s failed with exit code %d"
                        .formatted(exit.container(), named(pod), exit.code());
            }
        }
        return null;
    }

    private static boolean has(JsonNode values, int code) {
        for (JsonNode value : values) {
            if (value.asInt() == code) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String condition(JobPod pod, JsonNode patterns) {
        for (JsonNode pattern : patterns) {
            String type = pattern.path("type").asText();
            if (pod.read()
                    .conditions()
                    .contains(type + "=" + pattern.path("status").asText("True"))) {
                return "Pod %s has condition %s".formatted(named(pod), type);
            }
        }
        return null;
    }

    private static String named(JobPod pod) {
        return pod.stored().key().namespace() + "/" + pod.name();
    }
}
