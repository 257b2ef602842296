package io.shiplog.command.axon;

import io.shiplog.command.decide.Proposal;
import io.shiplog.command.shard.AnsweredCommands;
import io.shiplog.command.shard.Deciding.Answered;
import io.shiplog.command.shard.Deciding.Moved;
import io.shiplog.command.shard.Deciding.Verdict;
import io.shiplog.events.command.CommandResult;
import java.util.concurrent.CompletableFuture;
import org.axonframework.messaging.commandhandling.CommandMessage;
import org.axonframework.messaging.core.MessageDispatchInterceptor;
import org.axonframework.messaging.core.MessageDispatchInterceptorChain;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.jspecify.annotations.Nullable;

/** Answers a repeated command with its first answer; only new ones continue. A proposal that the state has moved under has no answer yet. */
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
            return MessageStream.fromFuture(earlier.thenApply(result -> Results.message(new Answered(result))));
        }
        MessageStream<?> stream = chain.proceed(message, context);
        if (!(message.payload() instanceof Proposal proposal)
                || proposal.request().dryRun()) {
            return stream;
        }
        CompletableFuture<Verdict> verdict =
                stream.first().asCompletableFuture().thenApply(entry -> Results.verdict(entry.message()));
        if (!(verdict.isDone() && !verdict.isCompletedExceptionally() && verdict.join() instanceof Moved)) {
            answered.remember(proposal.request(), verdict.thenApply(Deduplication::result));
        }
        return MessageStream.fromFuture(verdict.thenApply(Results::message));
    }

    private static CommandResult result(Verdict verdict) {
        return switch (verdict) {
            case Answered answer -> answer.result();
            case Moved _ -> throw new IllegalStateException("a proposal is compared before anything waits");
        };
    }
}
