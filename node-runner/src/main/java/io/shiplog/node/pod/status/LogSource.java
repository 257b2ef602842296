package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Which run of a container a log request is about, by the pod's status, or why there is none.
 *
 * @param container the engine's id of the run; null if there is no log
 * @param refusal why there is none, in the kubelet's words; empty if there is one
 */
public record LogSource(@Nullable String container, String refusal) {
    private static final String RUNTIME = "docker://";

    /**
     * The choice of the kubelet. Pure.
     *
     * @param status of the pod
     * @param previous the run before the current one
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go">validateContainerLogStatus</a>
     */
    public static LogSource of(JsonNode status, String pod, String name, boolean previous) {
        JsonNode entry = entry(status, name);
        if (entry == null) {
            return refused(name, pod, "is not available");
        }
        JsonNode state = entry.path("state");
        String terminated = id(state.path("terminated"));
        String last = id(entry.path("lastState").path("terminated"));
        if (previous) {
            return last.isEmpty()
                    ? new LogSource(
                            null, "previous terminated container \"%s\" in pod \"%s\" not found".formatted(name, pod))
                    : new LogSource(last, "");
        }
        if (state.has("running")) {
            return new LogSource(id(entry), "");
        }
        if (!terminated.isEmpty() || !last.isEmpty()) {
            return new LogSource(terminated.isEmpty() ? last : terminated, "");
        }
        if (!state.has("waiting")) {
            return refused(name, pod, "is terminated");
        }
        return refused(
                name,
                pod,
                switch (state.path("waiting").path("reason").asText()) {
                    case "ErrImagePull" -> "is waiting to start: image can't be pulled";
                    case "ImagePullBackOff" -> "is waiting to start: trying and failing to pull image";
                    case String reason -> "is waiting to start: " + reason;
                });
    }

    /** The engine's id of a container that runs, else empty. */
    public static String running(JsonNode status, String name) {
        JsonNode entry = entry(status, name);
        return entry != null && entry.path("state").has("running") ? id(entry) : "";
    }

    /** The engine's id of the first container that runs, else empty. */
    public static String running(JsonNode status) {
        for (JsonNode entry : status.path("containerStatuses")) {
            if (entry.path("state").has("running")) {
                return id(entry);
            }
        }
        return "";
    }

    private static @Nullable JsonNode entry(JsonNode status, String name) {
        for (String list : new String[] {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
            for (JsonNode entry : status.path(list)) {
                if (entry.path("name").asText().equals(name)) {
                    return entry;
                }
            }
        }
        return null;
    }

    private static String id(JsonNode of) {
        String id = of.path("containerID").asText("");
        return id.startsWith(RUNTIME) ? id.substring(RUNTIME.length()) : "";
    }

    private static LogSource refused(String container, String pod, String why) {
        return new LogSource(null, "container \"%s\" in pod \"%s\" %s".formatted(container, pod, why));
    }
}
