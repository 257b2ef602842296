package io.shiplog.node.pod;

import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.DesiredPod.RestartPolicy;

/**
 * A pod's phase from the states of its containers. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase">Pod phase</a>
 */
enum PodPhase {
    PENDING("Pending"),
    RUNNING("Running"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed");

    private final String word;

    PodPhase(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    boolean terminal() {
        return this == SUCCEEDED || this == FAILED;
    }

    static PodPhase of(DesiredPod pod, ObservedPod seen) {
        String known = pod.knownStatus().path("phase").asText();
        if (known.equals(SUCCEEDED.word)) {
            return SUCCEEDED;
        }
        if (known.equals(FAILED.word)) {
            return FAILED;
        }
        if (seen.anyContainerRuns()) {
            // Whatever happened to the pod, it holds its resources until the last container has ended.
            return alive(pod, seen);
        }
        if (seen.failure() != null || (pod.restartPolicy() == RestartPolicy.NEVER && anyInitFailed(pod, seen))) {
            return FAILED;
        }
        return pod.ending() && seen.sandbox() != null ? afterTheEnd(pod, seen) : alive(pod, seen);
    }

    private static PodPhase alive(DesiredPod pod, ObservedPod seen) {
        int waiting = 0;
        int stopped = 0;
        int succeeded = 0;
        for (DesiredContainer container : pod.containers()) {
            Container run = seen.newest(container.name());
            if (run == null || (!run.running() && !ObservedPod.over(run))) {
                waiting++;
            } else if (ObservedPod.over(run)) {
                stopped++;
                succeeded += PodPlan.exitCode(run) == 0 ? 1 : 0;
            }
        }
        if (waiting > 0 || pod.containers().isEmpty()) {
            return PENDING;
        }
        if (seen.anyContainerRuns() || pod.restartPolicy() == RestartPolicy.ALWAYS) {
            return RUNNING;
        }
        if (stopped == succeeded) {
            return SUCCEEDED;
        }
        return pod.restartPolicy() == RestartPolicy.NEVER ? FAILED : RUNNING;
    }

    /** A deleted pod without running containers is over, whatever its restart policy. */
    private static PodPhase afterTheEnd(DesiredPod pod, ObservedPod seen) {
        boolean began = pod.containers().stream().anyMatch(c -> seen.newest(c.name()) != null);
        if (!began) {
            return alive(pod, seen);
        }
        boolean allSucceeded = pod.containers().stream().allMatch(c -> {
            Container run = seen.newest(c.name());
            return run != null && PodPlan.exitCode(run) == 0;
        });
        return allSucceeded ? SUCCEEDED : FAILED;
    }

    private static boolean anyInitFailed(DesiredPod pod, ObservedPod seen) {
        return pod.initContainers().stream().filter(c -> !c.sidecar()).anyMatch(c -> {
            Container run = seen.newest(c.name());
            return run != null && ObservedPod.over(run) && PodPlan.exitCode(run) != 0;
        });
    }
}
