package io.shiplog.events.command;

/**
 * Why a pod is evicted, as its condition {@code DisruptionTarget} tells it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod disruption
 *     conditions</a>
 */
public enum Disruption {
    /** By somebody who drains a node. */
    EVICTION_API("EvictionByEvictionAPI", "Eviction API: evicting"),
    /** To make room for a pod that matters more. */
    PREEMPTION("PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod"),
    /** Because its node has a taint that it does not tolerate. */
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

    /** A sentence for people. */
    public String message() {
        return message;
    }
}
