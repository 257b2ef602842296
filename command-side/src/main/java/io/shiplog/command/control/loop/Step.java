package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.happening.Happening;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command of a plan, and what to tell of its outcome.
 *
 * @param told once the command is accepted, or null
 * @param toldIfRefused told when it is refused, with the refusal's message behind its own; or null
 * @param ifRefused a command that records the refusal, as a condition in a status; or null
 * @param cause the event that made the command necessary; null to let the loop name the change that called for the plan
 */
public record Step(
        Command command,
        @Nullable Happening told,
        @Nullable Happening toldIfRefused,
        @Nullable Function<Refusal, Command> ifRefused,
        @Nullable Cause cause) {

    /** A command of which nothing is told. */
    public static Step of(Command command) {
        return new Step(command, null, null, null, null);
    }

    /** A command of which people are told when it is accepted. */
    public static Step of(Command command, @Nullable Happening told) {
        return new Step(command, told, null, null, null);
    }

    /** The same, telling of a refusal too: its message is put behind this happening's. */
    public Step telling(Happening refused) {
        return new Step(command, told, refused, ifRefused, cause);
    }

    /** The same, recording a refusal. */
    public Step recording(Function<Refusal, Command> refused) {
        return new Step(command, told, toldIfRefused, refused, cause);
    }

    /** The same, made necessary by an event; null for one that is not known. */
    public Step because(@Nullable Cause event) {
        return new Step(command, told, toldIfRefused, ifRefused, event);
    }
}
