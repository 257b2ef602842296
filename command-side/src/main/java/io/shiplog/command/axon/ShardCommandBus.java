package io.shiplog.command.axon;

import io.shiplog.command.decide.Decider;
import io.shiplog.command.decide.Proposal;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.shard.AnsweredCommands;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.shard.Deciding;
import io.shiplog.command.shard.Journal;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.StorageEngineBackedEventStore;
import org.axonframework.messaging.commandhandling.CommandBus;
import org.axonframework.messaging.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.commandhandling.SimpleCommandBus;
import org.axonframework.messaging.commandhandling.interception.InterceptingCommandBus;
import org.axonframework.messaging.core.EmptyApplicationContext;
import org.axonframework.messaging.core.GenericMessage;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.core.QualifiedName;
import org.axonframework.messaging.core.unitofwork.SimpleUnitOfWorkFactory;
import org.axonframework.messaging.eventhandling.SimpleEventBus;

/** The command bus of one shard, assembled by hand: no annotations, no scanning, no reflection in the command path. */
public final class ShardCommandBus implements Deciding<Proposal> {
    private static final String NAMESPACE = "io.shiplog.command";
    private static final Map<Class<? extends Command>, MessageType> TYPES = Map.of(
            CreateObject.class, type("CreateObject"),
            ReplaceObject.class, type("ReplaceObject"),
            PatchObject.class, type("PatchObject"),
            ApplyObject.class, type("ApplyObject"),
            DeleteObject.class, type("DeleteObject"),
            EvictPod.class, type("EvictPod"),
            BindPod.class, type("BindPod"),
            OpenStream.class, type("OpenStream"),
            RequestToken.class, type("RequestToken"));

    private final Decider decider;
    private final DecidedObjects objects;
    private final String shard;
    private final Clock clock;
    private final Supplier<Chance> chances;
    private final CommandBus bus;

    /**
     * @param journal of the shard; the bus runs on its thread
     * @param chances gives each thread that proposes its own
     */
    public ShardCommandBus(
            Decider decider,
            DecidedObjects objects,
            Journal journal,
            AnsweredCommands answered,
            Clock clock,
            Supplier<Chance> chances) {
        this.decider = decider;
        this.objects = objects;
        this.shard = journal.log().shard();
        this.clock = clock;
        this.chances = chances;
        // The log finds an event by its key: an appended one needs no tags.
        EventStore store = new StorageEngineBackedEventStore(
                new LogStorageEngine(journal.log(), appending(journal), new ObjectEvents()),
                new SimpleEventBus(),
                event -> Set.of());
        ProposalHandler handler = new ProposalHandler(objects, journal, store, clock);
        this.bus = new InterceptingCommandBus(
                new SimpleCommandBus(new SimpleUnitOfWorkFactory(EmptyApplicationContext.INSTANCE), List.of()),
                List.of(new Correlation()),
                List.of(new Deduplication(answered)));
        TYPES.values().forEach(type -> bus.subscribe(type.qualifiedName(), handler));
    }

    private static LogStorageEngine.Appending appending(Journal journal) {
        return new LogStorageEngine.Appending() {
            @Override
            public long nextRevision() {
                return journal.nextRevision();
            }

            @Override
            public CompletableFuture<Event> append(EventDraft draft) {
                return journal.append(draft);
            }
        };
    }

    private static MessageType type(String command) {
        return new MessageType(new QualifiedName(NAMESPACE, command), "1");
    }

    @Override
    public CompletionStage<Proposal> propose(CommandRequest request) {
        long since = objects.reached(shard);
        DecidedState state = objects.at(clock.instant());
        return CompletableFuture.completedFuture(
                decider.propose(Correlation.rooted(request), state, since, chances.get()));
    }

    @Override
    public CompletableFuture<Verdict> decide(Proposal proposal) {
        CommandRequest request = proposal.request();
        MessageType type = TYPES.get(request.command().getClass());
        if (type == null) {
            throw new IllegalStateException("a command without a handler: " + request.command());
        }
        return bus.dispatch(
                        new GenericCommandMessage(new GenericMessage(request.commandId(), type, proposal, Map.of())),
                        null)
                .thenApply(Results::verdict);
    }
}
