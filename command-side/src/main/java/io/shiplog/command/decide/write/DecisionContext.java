package io.shiplog.command.decide.write;

import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;

/**
 * All inputs of a decision except the object itself.
 *
 * @param kind the kind as which the object is stored in the log
 * @param key with the name that the object has or will have
 * @param forms the versions in which the kind is served
 */
public record DecisionContext(
        CommandRequest request,
        KindDescription kind,
        ObjectKey key,
        Kind rules,
        DecidedState state,
        Chance chance,
        Forms forms) {

    /** The time of the decision in metadata: RFC 3339, whole seconds. */
    public String timestamp() {
        return state.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    }
}
