package io.shiplog.events.command;

/**
 * Why a pod is evicted, for its condition {@code DisruptionTarget}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod disruption
 *     conditions</a>
 */
public enum Disruption {
    /** A user drains the node. */
    EVICTION_API("EvictionByEvictionAPI", "Eviction API: evicting"),
    /** Preempted by a pod of higher priority. */
    PREEMPTION("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod"),
    /** The pod does not tolerate a taint of its node. */
    TAINT("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");

    private final String reason;
    private final String message;

    Disruption(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    /** One word in CamelCase. */
    public String reason() {
        return reason;
    }

    /** A sentence for users. */
    public String message() {
        return message;
    }
}
