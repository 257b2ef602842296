package io.shiplog.command.axon;

import io.shiplog.command.decide.Chance;
import io.shiplog.command.decide.Decider;
import io.shiplog.command.decide.Decision;
import io.shiplog.command.decide.Drafting;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.shard.Journal;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.commandhandling.CommandHandler;
import org.axonframework.messaging.commandhandling.CommandMessage;
import org.axonframework.messaging.commandhandling.CommandResultMessage;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.modelling.repository.Repository;
import org.jspecify.annotations.Nullable;

/** Handles every command in the same four steps: read it, load its entity, decide, append. */
final class ObjectCommands implements CommandHandler {
    private final Decider decider;
    private final DecidedObjects objects;
    private final Journal journal;
    private final Repository<ObjectKey, ApiObject> repository;
    private final EventStore store;
    private final Clock clock;
    private final Chance chance;

    ObjectCommands(
            Decider decider,
            DecidedObjects objects,
            Journal journal,
            Repository<ObjectKey, ApiObject> repository,
            EventStore store,
            Clock clock,
            Chance chance) {
        this.decider = decider;
        this.objects = objects;
        this.journal = journal;
        this.repository = repository;
        this.store = store;
        this.clock = clock;
        this.chance = chance;
    }

    @Override
    public MessageStream.Single<CommandResultMessage> handle(CommandMessage message, ProcessingContext context) {
        if (!(message.payload() instanceof CommandRequest request)) {
            throw new IllegalArgumentException("not a command request: " + message.type());
        }
        Instant now = clock.instant();
        DecidedState state = objects.at(now);
        CompletableFuture<CommandResult> result = switch (decider.read(request, state, chance)) {
            case Decider.Unreadable unreadable -> CompletableFuture.completedFuture(new Refused(unreadable.refusal()));
            case Decider.Asked asked ->
                repository.loadOrCreate(asked.key(), context).thenCompose(entity -> {
                    StoredObject current = entity.entity().current();
                    Decision decision = decider.decide(asked, current, state, chance);
                    return carryOut(decision, current, request, now, context);
                });
        };
        return MessageStream.fromFuture(result.thenApply(Results::message));
    }

    private CompletableFuture<CommandResult> carryOut(
            Decision decision,
            @Nullable StoredObject current,
            CommandRequest request,
            Instant now,
            ProcessingContext context) {
        return switch (decision) {
            case Decision.Refused refused -> journal.whenDurable(new Refused(refused.refusal()));
            case Decision.Unchanged unchanged ->
                journal.whenDurable(new Accepted(
                        unchanged.key(),
                        unchanged.revision(),
                        unchanged.object(),
                        Outcome.UNCHANGED,
                        unchanged.warnings()));
            case Decision.Changed changed ->
                request.dryRun()
                        ? journal.whenDurable(dryRun(changed, current, request, now))
                        : CompletableFuture.completedFuture(appended(changed, current, request, now, context));
        };
    }

    /** The answer of {@link #appended}, which may be a refusal. */
    private CommandResult dryRun(
            Decision.Changed changed, @Nullable StoredObject current, CommandRequest request, Instant now) {
        Json answer = Drafting.dryRunAnswer(changed);
        Refusal refusal = Drafting.tooLarge(Drafting.draft(changed, current, request, journal.nextRevision(), now));
        return refusal != null
                ? new Refused(refusal)
                : new Accepted(changed.key(), 0, answer, changed.outcome(), changed.warnings());
    }

    /** The unit of work returns this answer only after its commit: when the event was read back. */
    private CommandResult appended(
            Decision.Changed changed,
            @Nullable StoredObject current,
            CommandRequest request,
            Instant now,
            ProcessingContext context) {
        EventDraft draft = Drafting.draft(changed, current, request, journal.nextRevision(), now);
        Refusal refusal = Drafting.tooLarge(draft);
        if (refusal != null) {
            return new Refused(refusal);
        }
        store.transaction(context).appendEvent(ObjectEvents.message(draft, Correlation.in(context)));
        return new Accepted(
                changed.key(),
                draft.revision(),
                Drafting.answer(changed, draft),
                changed.outcome(),
                changed.warnings());
    }
}
