package io.shiplog.node.pod;

/** Tells users what happens to their pods: Kubernetes' Event objects. Calls never block and never fail. */
@FunctionalInterface
public interface PodEvents {
    /**
     * @param fieldPath {@code spec.containers{app}}, or empty for the pod itself
     * @param reason one of Kubernetes' own: {@code Pulled}, {@code Killing}, {@code BackOff} …
     */
    void record(DesiredPod pod, String fieldPath, Kind kind, String reason, String message);

    /** Whether somebody should look. */
    enum Kind {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it stands in the Event. */
        public String word() {
            return word;
        }
    }
}
