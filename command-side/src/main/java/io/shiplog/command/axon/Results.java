package io.shiplog.command.axon;

import io.shiplog.events.command.CommandResult;
import org.axonframework.messaging.commandhandling.CommandResultMessage;
import org.axonframework.messaging.commandhandling.GenericCommandResultMessage;
import org.axonframework.messaging.core.Message;
import org.axonframework.messaging.core.MessageType;
import org.jspecify.annotations.Nullable;

/** Answers in Axon's envelopes. */
final class Results {
    private static final MessageType TYPE = new MessageType("io.shiplog.command.result", "1");

    private Results() {}

    static CommandResultMessage message(CommandResult result) {
        return new GenericCommandResultMessage(TYPE, result);
    }

    static CommandResult result(@Nullable Message message) {
        if (message != null && message.payload() instanceof CommandResult result) {
            return result;
        }
        throw new IllegalStateException("a command was handled without a result");
    }
}
