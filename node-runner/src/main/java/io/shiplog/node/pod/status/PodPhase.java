package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.Progress;
import java.util.List;

/**
 * A pod's phase from the states of its containers. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase">Pod phase</a>
 */
public enum PodPhase {
    PENDING("Pending"),
    RUNNING("Running"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed");

    private final String word;

    PodPhase(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public boolean terminal() {
        return this == SUCCEEDED || this == FAILED;
    }

    /**
     * The phase. A terminal phase never changes, whether the cluster or only this node knows it: the containers of a deleted pod
     * are removed one by one, and those that are left have no meaning.
     *
     * @param before the last reported status, or the cluster's
     */
    public static PodPhase of(DesiredPod pod, JsonNode before, ObservedPod seen) {
        for (JsonNode status : List.of(before, pod.knownStatus())) {
            String known = status.path("phase").asText();
            if (known.equals(SUCCEEDED.word)) {
                return SUCCEEDED;
            }
            if (known.equals(FAILED.word)) {
                return FAILED;
            }
        }
        if (seen.anyContainerRuns()) {
            // Whatever happened to the pod, it holds its resources until the last container has ended.
            return alive(pod, before, seen);
        }
        if (seen.failure() != null || Progress.initFailed(pod, before, seen)) {
            return FAILED;
        }
        return pod.ending() && seen.sandbox() != null ? afterTheEnd(pod, before, seen) : alive(pod, before, seen);
    }

    private static PodPhase alive(DesiredPod pod, JsonNode before, ObservedPod seen) {
        int waiting = 0;
        int succeeded = 0;
        boolean restarting = false;
        for (DesiredContainer container : pod.containers()) {
            Progress progress = Progress.of(container, before, seen);
            waiting += progress.state() == Progress.State.WAITING ? 1 : 0;
            succeeded += progress.hasSucceeded() ? 1 : 0;
            restarting |= !progress.hasStopped() || pod.restarts(container, progress.exitCode());
        }
        if (waiting > 0 || pod.containers().isEmpty() || initializing(pod, seen)) {
            return PENDING;
        }
        if (seen.anyContainerRuns() || restarting) {
            return RUNNING;
        }
        return succeeded == pod.containers().size() ? SUCCEEDED : FAILED;
    }

    /** In a new sandbox, the init containers run again before those that ran in the old one. */
    private static boolean initializing(DesiredPod pod, ObservedPod seen) {
        return pod.initContainers().stream().anyMatch(c -> !c.sidecar() && seen.runs(c.name()));
    }

    /** A deleted pod without running containers is over, whatever its restart policy. */
    private static PodPhase afterTheEnd(DesiredPod pod, JsonNode before, ObservedPod seen) {
        boolean began = pod.containers().stream().anyMatch(c -> seen.newest(c.name()) != null);
        if (!began) {
            return alive(pod, before, seen);
        }
        boolean allSucceeded = pod.containers().stream().allMatch(c -> {
            Container run = seen.newest(c.name());
            return run != null && ObservedPod.exitCode(run) == 0;
        });
        return allSucceeded ? SUCCEEDED : FAILED;
    }
}
