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

/** Sends a command and goes on with what was decided. */
final class Decision {
    private Decision() {}

    /** Goes on if the command was accepted, its warnings already in the answer's head; else answers the refusal. */
    static void of(Exchange exchange, ServedKind served, boolean dryRun, Command command, Consumer<Accepted> then) {
        exchange.whenDone(exchange.ports().commands().send(WriteOptions.request(exchange, dryRun, command)), result -> {
            switch (result) {
                case Accepted accepted -> {
                    exchange.warn(accepted.warnings());
                    then.accept(accepted);
                }
                case Refused(Refusal refusal) -> exchange.refuse(named(served, refusal));
            }
        });
    }

    /** A refusal about a stored type, under the name that the client used. */
    private static Refusal named(ServedKind served, Refusal refusal) {
        ObjectKey key = refusal.key();
        if (key == null
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

    /** Which results are those of a deletion that is over. */
    static boolean gone(CommandResult.Outcome outcome) {
        return outcome == CommandResult.Outcome.DELETED;
    }
}
