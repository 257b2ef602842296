package io.shiplog.gateway.write;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.view.ServedKind;
import java.util.function.Consumer;

/** Sends a command and continues with its result. */
final class Decision {
    private Decision() {}

    /** Continues if the command was accepted, with its warnings in the answer's head; else answers the refusal. */
    static void of(Exchange exchange, ServedKind served, boolean dryRun, Command command, Consumer<Accepted> then) {
        exchange.whenDone(exchange.ports().commands().send(WriteOptions.request(exchange, dryRun, command)), result -> {
            switch (result) {
                case Accepted accepted -> {
                    exchange.warn(accepted.warnings());
                    then.accept(accepted);
                }
                case Refused refused -> {
                    exchange.warn(refused.warnings());
                    exchange.refuse(named(served, refused.refusal()));
                }
            }
        });
    }

    /** A refusal about a stored type, with the client's name of the kind. */
    private static Refusal named(ServedKind served, Refusal refusal) {
        ObjectKey key = refusal.key();
        // What is wrong with an object is found in its stored form, and Kubernetes names that.
        if (key == null
                || refusal.reason() == Refusal.Reason.INVALID
                || !key.type().equals(served.kind().storedAs())
                || key.type().equals(served.kind().type())) {
            return refusal;
        }
        return new Refusal(
                refusal.reason(),
                refusal.message()
                        .replace(
                                key.type().qualified() + " ",
                                served.kind().type().qualified() + " "),
                ObjectKey.of(served.kind().type(), key.namespace(), key.name()),
                refusal.kind(),
                refusal.causes(),
                refusal.retryAfterSeconds());
    }

    /** The results of a completed deletion. */
    static boolean gone(CommandResult.Outcome outcome) {
        return outcome == CommandResult.Outcome.DELETED;
    }
}
