package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.HumanDuration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * A pod's summary: how many containers are ready, its status, how often containers restarted.
 *
 * @param ready {@code 1/2}
 * @param reason the STATUS that kubectl shows
 * @param restartCount restarts of the relevant containers: init containers while they run, then the others
 * @param lastRestart RFC 3339, empty if there was no restart
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go">printPod</a>
 */
public record PodSummary(String ready, String reason, int restartCount, String lastRestart) {

    /** {@code 3 (5m ago)}. */
    String restarts(Instant now) {
        return restartCount == 0 || lastRestart.isEmpty()
                ? Integer.toString(restartCount)
                : "%d (%s ago)".formatted(restartCount, HumanDuration.since(lastRestart, now));
    }

    static PodSummary of(JsonNode pod) {
        return new Sum(pod).summary();
    }

    /** Whether the condition of a type is true. */
    static boolean isTrue(JsonNode conditions, String type) {
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** The summary while it is computed, container by container. */
    private static final class Sum {
        private final JsonNode pod;
        private final JsonNode status;
        private final Set<String> sidecars = new HashSet<>();
        private int total;
        private int ready;
        private String reason;
        private int restarts;
        private String lastRestart = "";
        private int sidecarRestarts;
        private String lastSidecarRestart = "";

        Sum(JsonNode pod) {
            this.pod = pod;
            this.status = pod.path("status");
            this.reason = startingReason();
            this.total = pod.path("spec").path("containers").size();
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (container.path("restartPolicy").asText().equals("Always")) {
                    sidecars.add(container.path("name").asText());
                    total++;
                }
            }
        }

        private String startingReason() {
            for (JsonNode condition : status.path("conditions")) {
                if (condition.path("type").asText().equals("PodScheduled")
                        && condition.path("reason").asText().equals("SchedulingGated")) {
                    return "SchedulingGated";
                }
            }
            String reason = status.path("reason").asText();
            return reason.isEmpty() ? status.path("phase").asText() : reason;
        }

        PodSummary summary() {
            boolean initializing = addInitContainers();
            if (!initializing || isTrue(status.path("conditions"), "Initialized")) {
                restarts = sidecarRestarts;
                lastRestart = lastSidecarRestart;
                addContainers();
            }
            if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
                addDeletion();
            }
            return new PodSummary(ready + "/" + total, reason, restarts, lastRestart);
        }

        private void addDeletion() {
            String phase = status.path("phase").asText();
            if (status.path("reason").asText().equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
                reason = "Terminating";
            }
        }

        /** Whether an init container is not finished; its reason is then the pod's. */
        private boolean addInitContainers() {
            int index = 0;
            for (JsonNode container : status.path("initContainerStatuses")) {
                boolean sidecar = sidecars.contains(container.path("name").asText());
                countRestarts(container, sidecar);
                JsonNode terminated = container.path("state").path("terminated");
                boolean done =
                        terminated.isObject() && terminated.path("exitCode").asInt() == 0;
                boolean started = sidecar && container.path("started").asBoolean();
                if (!done && started && container.path("ready").asBoolean()) {
                    ready++;
                }
                if (!done && !started) {
                    reason = initReason(container, index);
                    return true;
                }
                index++;
            }
            return false;
        }

        private void countRestarts(JsonNode container, boolean sidecar) {
            int count = container.path("restartCount").asInt();
            String finished = container
                    .path("lastState")
                    .path("terminated")
                    .path("finishedAt")
                    .asText();
            restarts += count;
            lastRestart = later(lastRestart, finished);
            if (sidecar) {
                sidecarRestarts += count;
                lastSidecarRestart = later(lastSidecarRestart, finished);
            }
        }

        private String initReason(JsonNode container, int index) {
            JsonNode state = container.path("state");
            String waiting = state.path("waiting").path("reason").asText();
            if (state.path("terminated").isObject()) {
                return "Init:" + terminatedReason(state.path("terminated"));
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                return "Init:" + waiting;
            }
            return "Init:%d/%d"
                    .formatted(index, pod.path("spec").path("initContainers").size());
        }

        private void addContainers() {
            boolean running = false;
            JsonNode containers = status.path("containerStatuses");
            for (int i = containers.size() - 1; i >= 0; i--) {
                JsonNode container = containers.path(i);
                countRestarts(container, false);
                JsonNode state = container.path("state");
                String waiting = state.path("waiting").path("reason").asText();
                if (!waiting.isEmpty()) {
                    reason = waiting;
                } else if (state.path("terminated").isObject()) {
                    reason = terminatedReason(state.path("terminated"));
                } else if (container.path("ready").asBoolean()
                        && state.path("running").isObject()) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                reason = isTrue(status.path("conditions"), "Ready") ? "Running" : "NotReady";
            }
        }

        private static String terminatedReason(JsonNode terminated) {
            String reason = terminated.path("reason").asText();
            if (!reason.isEmpty()) {
                return reason;
            }
            int signal = terminated.path("signal").asInt();
            return signal != 0
                    ? "Signal:" + signal
                    : "ExitCode:" + terminated.path("exitCode").asInt();
        }

        /** The later of two times in the API's fixed form, which sorts as text. */
        private static String later(String a, String b) {
            return a.compareTo(b) >= 0 ? a : b;
        }
    }
}
