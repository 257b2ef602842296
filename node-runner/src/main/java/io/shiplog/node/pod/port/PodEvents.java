package io.shiplog.node.pod.port;

import io.shiplog.node.pod.desired.DesiredPod;

/** Records events about pods: Kubernetes' Event objects. Calls never block and never fail. */
@FunctionalInterface
public interface PodEvents {
    /**
     * @param fieldPath {@code spec.containers{app}}, or empty for the pod itself
     * @param reason one of Kubernetes' own: {@code Pulled}, {@code Killing}, {@code BackOff} …
     */
    void record(DesiredPod pod, String fieldPath, Kind kind, String reason, String message);

    /** Whether the event is a warning. */
    enum Kind {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The value in the Event. */
        public String word() {
            return word;
        }
    }
}
