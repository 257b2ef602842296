package io.shiplog.command.axon;

import io.shiplog.command.decide.Proposal;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.shard.Deciding.Answered;
import io.shiplog.command.shard.Deciding.Moved;
import io.shiplog.command.shard.Deciding.Verdict;
import io.shiplog.command.shard.Journal;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.log.EventDraft;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.commandhandling.CommandHandler;
import org.axonframework.messaging.commandhandling.CommandMessage;
import org.axonframework.messaging.commandhandling.CommandResultMessage;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;

/**
 * Makes a proposal an event: compares it with the newest decided object, checks the guards, appends. What differs from command to
 * command is done: each has a slice that proposed.
 */
final class ProposalHandler implements CommandHandler {
    private final DecidedObjects objects;
    private final Journal journal;
    private final EventStore store;
    private final Clock clock;

    ProposalHandler(DecidedObjects objects, Journal journal, EventStore store, Clock clock) {
        this.objects = objects;
        this.journal = journal;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public MessageStream.Single<CommandResultMessage> handle(CommandMessage message, ProcessingContext context) {
        CompletableFuture<? extends Verdict> verdict = switch (message.payload()) {
            case Proposal.Answer answer -> journal.whenDurable(new Answered(answer.result()));
            case Proposal.Change change -> decide(change, context);
            case null, default -> throw new IllegalArgumentException("not a proposal: " + message.type());
        };
        return MessageStream.fromFuture(verdict.thenApply(Results::message));
    }

    private CompletableFuture<? extends Verdict> decide(Proposal.Change change, ProcessingContext context) {
        Instant now = clock.instant();
        if (!change.stands(objects.revision(change.key()), objects.at(now))) {
            return CompletableFuture.completedFuture(new Moved());
        }
        EventDraft draft = change.draft(journal.nextRevision(), now);
        Refusal refusal = change.tooLarge(draft);
        if (refusal != null) {
            return CompletableFuture.completedFuture(new Answered(new Refused(refusal)));
        }
        Verdict verdict = new Answered(change.answer(draft));
        if (change.request().dryRun()) {
            return journal.whenDurable(verdict);
        }
        // The unit of work returns this answer only after its commit: when the event was read back.
        store.transaction(context).appendEvent(ObjectEvents.message(draft, Correlation.in(context)));
        return CompletableFuture.completedFuture(verdict);
    }
}
