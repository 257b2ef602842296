package io.shiplog.command.control.loop;

import io.shiplog.events.log.Event;

/**
 * The event that made a step necessary.
 *
 * @param id its name in the step's command, {@code shard/revision}
 * @param correlationId of that event: the step belongs to the same user command
 */
public record Cause(String id, String correlationId) {
    /** An event as a cause. */
    public static Cause of(Event event) {
        return new Cause(event.id(), event.correlationId());
    }
}
