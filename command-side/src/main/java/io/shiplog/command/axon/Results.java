package io.shiplog.command.axon;

import io.shiplog.command.shard.Deciding.Verdict;
import org.axonframework.messaging.commandhandling.CommandResultMessage;
import org.axonframework.messaging.commandhandling.GenericCommandResultMessage;
import org.axonframework.messaging.core.Message;
import org.axonframework.messaging.core.MessageType;
import org.jspecify.annotations.Nullable;

/** Verdicts in Axon's envelopes. */
final class Results {
    private static final MessageType TYPE = new MessageType("io.shiplog.command.result", "1");

    private Results() {}

    static CommandResultMessage message(Verdict verdict) {
        return new GenericCommandResultMessage(TYPE, verdict);
    }

    static Verdict verdict(@Nullable Message message) {
        if (message != null && message.payload() instanceof Verdict verdict) {
            return verdict;
        }
        throw new IllegalStateException("a command was handled without a result");
    }
}
