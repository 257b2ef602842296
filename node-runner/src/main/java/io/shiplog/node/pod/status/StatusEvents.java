package io.shiplog.node.pod.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.port.PodEvents;

/** Records the events that a change of a pod's status means: Kubernetes reports a back-off when it begins. */
public final class StatusEvents {
    private StatusEvents() {}

    /**
     * @param was the status that was last reported
     * @param is the next one
     */
    public static void record(PodEvents events, DesiredPod pod, JsonNode was, JsonNode is) {
        for (DesiredContainer container : pod.everyContainer()) {
            String reason = waitingReason(is, container);
            if (reason.equals(waitingReason(was, container))) {
                continue;
            }
            if (reason.equals("CrashLoopBackOff")) {
                events.record(
                        pod,
                        container.fieldPath(),
                        PodEvents.Kind.WARNING,
                        "BackOff",
                        "Back-off restarting failed container %s in pod %s".formatted(container.name(), pod.display()));
            } else if (reason.equals("ImagePullBackOff")) {
                events.record(
                        pod,
                        container.fieldPath(),
                        PodEvents.Kind.NORMAL,
                        "BackOff",
                        "Back-off pulling image \"%s\"".formatted(container.image()));
            }
        }
    }

    private static String waitingReason(JsonNode status, DesiredContainer container) {
        return container
                .entryIn(status)
                .path("state")
                .path("waiting")
                .path("reason")
                .asText("");
    }
}
