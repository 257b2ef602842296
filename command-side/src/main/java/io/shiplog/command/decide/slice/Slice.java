package io.shiplog.command.decide.slice;

import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Refusal;
import io.shiplog.projections.image.StoredObject;

/**
 * What one command does, in pure functions: a slice per command. What is common to all commands is in the decider.
 *
 * @param <C> the command
 */
@FunctionalInterface
public interface Slice<C extends Command> {
    /** Parses the command: its body, and the key of its object. */
    default Reading read(Inquiry inquiry, C command) {
        return inquiry.asked(command);
    }

    /** What it does to an object that exists. */
    Decision decide(DecisionContext context, Asked asked, C command, StoredObject current);

    /** What it does where there is no object: most commands need one. */
    default Decision withoutObject(DecisionContext context, Asked asked, C command) {
        return new Refused(Refusal.notFound(context.key()));
    }

    /** Whether it replaces what an object contains, which must be readable then. */
    default boolean changesContent() {
        return false;
    }
}
