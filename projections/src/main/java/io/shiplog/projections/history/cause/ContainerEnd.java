package io.shiplog.projections.history.cause;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.history.PastChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a run of a container ended, from a pod's status.
 *
 * @param id of the run, as {@code docker://4b2f…}
 * @param reason Kubernetes' own: {@code OOMKilled}, {@code Error}, {@code Completed}, {@code StartError} …
 * @param signal the number of the signal that ended it, 0 if none did
 * @param message the termination message, empty if there is none
 * @param finishedAt RFC 3339, empty if unknown
 * @see <a href="https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/">Termination
 *     messages</a>
 */
public record ContainerEnd(
        String container, String id, String reason, int exitCode, int signal, String message, String finishedAt) {
    /** The exit code of a process ended by a signal is this plus the signal's number, in POSIX shells and the engine alike. */
    private static final int SIGNALLED = 128;

    private static final int LAST_SIGNAL = 64;
    private static final List<String> LISTS =
            List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses");
    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV",
            13, "SIGPIPE", 15, "SIGTERM");

    /** All ends in a pod's status: of each container the newest, and the previous one. */
    public static List<ContainerEnd> in(@Nullable JsonNode pod) {
        List<ContainerEnd> ends = new ArrayList<>();
        if (pod != null) {
            for (String list : LISTS) {
                for (JsonNode entry : pod.path("status").path(list)) {
                    for (String state : List.of("lastState", "state")) {
                        JsonNode terminated = entry.path(state).path("terminated");
                        if (terminated.isObject()) {
                            ends.add(of(entry.path("name").asText(""), terminated));
                        }
                    }
                }
            }
        }
        return ends;
    }

    /**
     * The ends that an event is the first to report. A run that ended before the known ones is not new: a status reports the
     * last but one again when the last one moves from {@code lastState} to {@code state}.
     */
    public static List<ContainerEnd> firstReportedBy(PastChange change) {
        Set<String> known = new HashSet<>();
        if (change.before() != null) {
            in(change.before().tree()).forEach(end -> known.add(end.id()));
        }
        List<ContainerEnd> after = in(change.event().object().tree());
        Map<String, ContainerEnd> newest = new HashMap<>();
        after.forEach(end -> newest.put(end.container(), end));
        return after.stream()
                .filter(end -> !known.contains(
                        newest.getOrDefault(end.container(), end).id()))
                .filter(end -> known.add(end.id()))
                .toList();
    }

    private static ContainerEnd of(String container, JsonNode terminated) {
        int code = terminated.path("exitCode").asInt(0);
        int signal = terminated.path("signal").asInt(0);
        return new ContainerEnd(
                container,
                terminated.path("containerID").asText(""),
                terminated.path("reason").asText(""),
                code,
                signal == 0 && code > SIGNALLED && code <= SIGNALLED + LAST_SIGNAL ? code - SIGNALLED : signal,
                terminated.path("message").asText(""),
                terminated.path("finishedAt").asText(""));
    }

    /** Whether the container ended abnormally. */
    public boolean bad() {
        return exitCode != 0;
    }

    /** {@code exit code 137, SIGKILL}. */
    public String how() {
        String name = SIGNALS.getOrDefault(signal, "signal " + signal);
        return "exit code " + exitCode + (signal == 0 ? "" : ", " + name);
    }
}
