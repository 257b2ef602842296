package io.shiplog.command.axon;

import io.shiplog.command.shard.AnsweredCommands;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import java.util.concurrent.CompletableFuture;
import org.axonframework.messaging.commandhandling.CommandMessage;
import org.axonframework.messaging.core.MessageDispatchInterceptor;
import org.axonframework.messaging.core.MessageDispatchInterceptorChain;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.jspecify.annotations.Nullable;

/** Answers a repeated command with its first answer; only new ones continue. */
final class Deduplication implements MessageDispatchInterceptor<CommandMessage> {
    private final AnsweredCommands answered;

    Deduplication(AnsweredCommands answered) {
        this.answered = answered;
    }

    @Override
    public MessageStream<?> interceptOnDispatch(
            CommandMessage message,
            @Nullable ProcessingContext context,
            MessageDispatchInterceptorChain<CommandMessage> chain) {
        CompletableFuture<CommandResult> earlier = answered.answer(message.identifier());
        if (earlier != null) {
            return MessageStream.fromFuture(earlier.thenApply(Results::message));
        }
        MessageStream<?> stream = chain.proceed(message, context);
        if (!(message.payload() instanceof CommandRequest request) || request.dryRun()) {
            return stream;
        }
        CompletableFuture<CommandResult> answer =
                stream.first().asCompletableFuture().thenApply(entry -> Results.result(entry.message()));
        answered.remember(request, answer);
        return MessageStream.fromFuture(answer.thenApply(Results::message));
    }
}
