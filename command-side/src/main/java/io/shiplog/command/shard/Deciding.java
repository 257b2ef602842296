package io.shiplog.command.shard;

import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The two steps of a write, passed in.
 *
 * @param <P> what a command comes to: a proposal
 */
public interface Deciding<P> {
    /**
     * Finds what a command comes to, against the newest decided state. Called on the pool's threads; may take long, and may complete
     * later on another thread.
     */
    CompletionStage<P> propose(CommandRequest request);

    /**
     * Makes a proposal an event, unless the state has moved since. Called only on the shard's thread.
     *
     * @return completes when the answer is durable, and at once with {@link Moved}
     */
    CompletableFuture<? extends Verdict> decide(P proposal);

    /** The outcome of {@link #decide}. */
    sealed interface Verdict {}

    /** The command is answered. */
    record Answered(CommandResult result) implements Verdict {}

    /** The state is not the one that the proposal was made on: nothing is decided. */
    record Moved() implements Verdict {}
}
