package io.shiplog.events.command;

import java.util.concurrent.CompletionStage;

/**
 * The entry to the cluster's command side. Within one process it is the command side itself, between processes HTTPS with
 * mutual TLS.
 */
@FunctionalInterface
public interface CommandPort {
    /**
     * Sends a command. The stage completes with the decision; exceptionally only on a bug. An unwritable log is refused with
     * {@link Refusal.Reason#SERVICE_UNAVAILABLE}. Callers must not block in continuations: they may run on the log's reading
     * thread.
     */
    CompletionStage<CommandResult> send(CommandRequest request);
}
