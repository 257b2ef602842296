package io.shiplog.node.pod.observed;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;

/**
 * What has become of a container: by its newest run here, or, if that was removed, by the last report. A run that was reported
 * running and does not exist any more has failed: a pod that runs once must not run twice. Pure.
 *
 * @param exitCode 0 unless it has stopped
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go">getPhase</a>
 */
public record Progress(State state, int exitCode) {
    public enum State {
        /** It never ran. */
        WAITING,
        RUNNING,
        STOPPED
    }

    /** The kubelet's exit code of a run whose end was not observed. */
    public static final int UNKNOWN_EXIT = 137;

    private static final Progress WAITING = new Progress(State.WAITING, 0);
    private static final Progress RUNNING = new Progress(State.RUNNING, 0);

    /** @param reported the pod's status as it was last reported */
    public static Progress of(DesiredContainer container, JsonNode reported, ObservedPod seen) {
        Container run = seen.newest(container.name());
        if (run != null) {
            if (run.running() || seen.restarts(container.name())) {
                return RUNNING;
            }
            return ObservedPod.over(run) ? stopped(ObservedPod.exitCode(run)) : WAITING;
        }
        JsonNode entry = container.entryIn(reported);
        if (entry.path("state").has("terminated")) {
            return stopped(
                    entry.path("state").path("terminated").path("exitCode").asInt());
        }
        if (entry.path("state").has("running")) {
            return stopped(UNKNOWN_EXIT);
        }
        return entry.path("lastState").has("terminated")
                ? stopped(entry.path("lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt())
                : WAITING;
    }

    /** Whether an init container that is no sidecar has failed in its last run, and does not run again. */
    public static boolean initFailed(DesiredPod pod, JsonNode reported, ObservedPod seen) {
        return pod.initContainers().stream().filter(c -> !c.sidecar()).anyMatch(c -> {
            Progress progress = of(c, reported, seen);
            return progress.hasFailed() && !pod.restarts(c, progress.exitCode());
        });
    }

    /** Whether all init containers have succeeded. */
    public static boolean initsSucceeded(DesiredPod pod, JsonNode reported, ObservedPod seen) {
        return pod.initContainers().stream()
                .filter(c -> !c.sidecar())
                .allMatch(c -> of(c, reported, seen).hasSucceeded());
    }

    private static Progress stopped(int exitCode) {
        return new Progress(State.STOPPED, exitCode);
    }

    public boolean hasStopped() {
        return state == State.STOPPED;
    }

    boolean hasFailed() {
        return hasStopped() && exitCode != 0;
    }

    public boolean hasSucceeded() {
        return hasStopped() && exitCode == 0;
    }
}
