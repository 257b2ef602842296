package io.shiplog.events.log;

import org.jspecify.annotations.Nullable;

/**
 * Who caused a change, and by which command.
 *
 * @param actor the user name
 * @param impersonator the user name of the real sender, if it impersonates the actor; else null
 * @param verb the operation, a word of {@link EventVerb} or a newer one
 * @param causationId the event that a process manager acted on
 * @param correlationId the user's command at the root
 */
public record Origin(
        String actor,
        @Nullable String impersonator,
        String verb,
        String commandId,
        @Nullable String causationId,
        String correlationId) {}
