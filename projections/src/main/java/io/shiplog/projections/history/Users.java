package io.shiplog.projections.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.Event;

/** Distinguishes what users and their programs did from what the cluster does: undo reverts the former, the latter follows. */
public final class Users {
    private static final String CONTROLLERS = "system:serviceaccount:kube-system:";
    private static final String NODES = "system:node:";
    private static final String SCHEDULER = "system:kube-scheduler";
    private static final String API_SERVER = "system:apiserver";

    private Users() {}

    /**
     * Whether a user caused an event. Process managers name the event that they act on; after a start they may have none, and
     * are recognised by their accounts. An impersonated request always counts as a user's.
     */
    public static boolean asked(Event event) {
        return event.causationId() == null && (event.impersonator() != null || isUser(event.actor()));
    }

    /** {@link #asked(Event)} of a Change as the API has it. */
    public static boolean asked(JsonNode change) {
        return change.has("actor")
                && change.path("cause").asText("").isEmpty()
                && (change.has("impersonator") || isUser(change.path("actor").asText()));
    }

    private static boolean isUser(String actor) {
        return !actor.startsWith(CONTROLLERS)
                && !actor.startsWith(NODES)
                && !actor.equals(SCHEDULER)
                && !actor.equals(API_SERVER);
    }
}
