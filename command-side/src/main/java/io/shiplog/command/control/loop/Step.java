package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One command of a plan, and the events to record about its outcome.
 *
 * @param event recorded when the command is accepted, or null
 * @param eventIfRefused recorded when it is refused, with the refusal's message appended to its own; or null
 * @param ifRefused a command that records the refusal, as a condition in a status; or null
 * @param cause the event that made the command necessary; null to let the loop name the change that called for the plan
 * @param about the object whose change made the command necessary, if it changed: a node that arrived, a pod that failed; or null
 */
public record Step(
        Command command,
        @Nullable ObjectEvent event,
        @Nullable ObjectEvent eventIfRefused,
        @Nullable Function<Refusal, Command> ifRefused,
        @Nullable Cause cause,
        @Nullable ObjectKey about) {

    /** A command without events. */
    public static Step of(Command command) {
        return new Step(command, null, null, null, null, null);
    }

    /** A command with an event to record when it is accepted. */
    public static Step of(Command command, @Nullable ObjectEvent event) {
        return new Step(command, event, null, null, null, null);
    }

    /** The same step with an event to record on a refusal; the refusal's message is appended to the event's. */
    public Step withEventIfRefused(ObjectEvent refused) {
        return new Step(command, event, refused, ifRefused, cause, about);
    }

    /** The same step with a command that records a refusal. */
    public Step recording(Function<Refusal, Command> refused) {
        return new Step(command, event, eventIfRefused, refused, cause, about);
    }

    /** The same step, made necessary by an event of the log; null if unknown. */
    public Step because(@Nullable Cause change) {
        return new Step(command, event, eventIfRefused, ifRefused, change, about);
    }

    /** The same step, made necessary by the newest change of an object; without one, by what calls for the other steps. */
    public Step about(ObjectKey object) {
        return new Step(command, event, eventIfRefused, ifRefused, cause, object);
    }
}
