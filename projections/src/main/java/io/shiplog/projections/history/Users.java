package io.shiplog.projections.history;

import io.shiplog.events.log.Event;

/** Tells what people and their programs did from what the cluster does by itself: the one is undone, the other follows. */
public final class Users {
    private static final String CONTROLLERS = "system:serviceaccount:kube-system:";
    private static final String NODES = "system:node:";
    private static final String SCHEDULER = "system:kube-scheduler";
    private static final String API_SERVER = "system:apiserver";

    private Users() {}

    /**
     * Whether a user asked for an event. Process managers name the event that they act on; after a start they may have none, and go
     * by their accounts.
     */
    public static boolean asked(Event event) {
        String actor = event.actor();
        return event.causationId() == null
                && !actor.startsWith(CONTROLLERS)
                && !actor.startsWith(NODES)
                && !actor.equals(SCHEDULER)
                && !actor.equals(API_SERVER);
    }
}
