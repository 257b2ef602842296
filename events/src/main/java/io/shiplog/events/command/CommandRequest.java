package io.shiplog.events.command;

import io.shiplog.events.object.Actor;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command with its user and cause.
 *
 * @param commandId a repeated id gets the first answer again
 * @param causationId the event that made a process manager send the command, as {@code shard/revision}; null for users
 * @param correlationId the user's command at the root of the chain
 * @param dryRun decide and answer, but leave no event
 * @param version of the API in which the body is written and the answer is read, empty for the kind's preferred one
 * @param fieldManager the owner of the fields, as the client names it; null if it does not
 */
public record CommandRequest(
        String commandId,
        Actor actor,
        @Nullable String causationId,
        String correlationId,
        boolean dryRun,
        String version,
        @Nullable String fieldManager,
        Command command) {

    /** A user's command: the root of its own chain. */
    public static CommandRequest byUser(Actor actor, Command command) {
        String id = UUID.randomUUID().toString();
        return new CommandRequest(id, actor, null, id, false, "", null, command);
    }

    /** A process manager's command, caused by an event. */
    public static CommandRequest because(Actor actor, String causationId, String correlationId, Command command) {
        return new CommandRequest(
                UUID.randomUUID().toString(), actor, causationId, correlationId, false, "", null, command);
    }
}
