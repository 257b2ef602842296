package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import java.util.List;

/** The decision for a pod without a node. */
public sealed interface Placement {

    /** Why a node was chosen among those that fit. */
    enum Choice {
        /** It was the only one. */
        ONLY_ONE,
        /** The pod was nominated to it. */
        NOMINATED,
        /** It had the greatest total score. */
        SCORE,
        /** It was one of several with the greatest total score, and had the greatest tie breaker. */
        TIE_BREAKER
    }

    /** The pod goes to a node. */
    record OnNode(String node, Choice choice) implements Placement {}

    /**
     * The pod fits no node, but would fit this one without the victims.
     *
     * @param victims highest priority first; they may be terminating already
     * @param message why it fits no node, in kube-scheduler's words
     */
    record ByPreemption(String node, List<ObjectKey> victims, String message) implements Placement {
        public ByPreemption {
            victims = List.copyOf(victims);
        }
    }

    /**
     * The pod fits no node.
     *
     * @param message why, as kube-scheduler words it
     * @param waits whether preemption is in progress for it: it keeps its nominated node
     */
    record Unschedulable(String message, boolean waits) implements Placement {}
}
