package io.shiplog.command.decide;

import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.KindStrategy;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;

/**
 * All that a decision is made from, but the object itself.
 *
 * @param kind the kind as which the object lies in the log
 * @param key with the name that the object has or will have
 */
record Situation(
        CommandRequest request,
        KindDescription kind,
        ObjectKey key,
        KindStrategy strategy,
        DecidedState state,
        Chance chance) {

    /** The moment of the decision, as metadata writes it: RFC 3339, whole seconds. */
    String timestamp() {
        return state.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    }
}
