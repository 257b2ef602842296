package io.shiplog.command.schedule;

import io.shiplog.events.object.ObjectKey;
import java.util.List;

/** What is decided of a pod that waits for a node. */
public sealed interface Placement {

    /** What made the choice among the nodes that a pod fits on. */
    enum Choice {
        /** There was no other. */
        ONLY_ONE,
        /** Room was made for the pod there. */
        NOMINATED,
        /** It had the greatest total score. */
        SCORE,
        /** It was one of several with the greatest total score, and had the greatest tie breaker. */
        TIE_BREAKER
    }

    /** The pod goes to a node. */
    record OnNode(String node, Choice choice) implements Placement {}

    /**
     * The pod fits nowhere, but would on a node if these went.
     *
     * @param victims those that matter most first; they may be on their way out already
     * @param message why it fits nowhere as it is, as kube-scheduler words it
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
