package io.shiplog.command.axon;

import io.shiplog.command.decide.Chance;
import io.shiplog.command.decide.Decider;
import io.shiplog.command.shard.AnsweredCommands;
import io.shiplog.command.shard.DecidedObjects;
import io.shiplog.command.shard.Journal;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.axonframework.eventsourcing.EventSourcingRepository;
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
public final class ShardCommandBus implements Function<CommandRequest, CompletableFuture<CommandResult>> {
    private static final String NAMESPACE = "io.shiplog.command";
    private static final Map<Class<? extends Command>, MessageType> TYPES = Map.of(
            CreateObject.class, type("CreateObject"),
            ReplaceObject.class, type("ReplaceObject"),
            PatchObject.class, type("PatchObject"),
            DeleteObject.class, type("DeleteObject"),
            EvictPod.class, type("EvictPod"),
            BindPod.class, type("BindPod"),
            RequestToken.class, type("RequestToken"));

    private final CommandBus bus;

    /**
     * @param journal of the shard; this bus runs on its thread
     * @param chance used only by this bus
     */
    public ShardCommandBus(
            Decider decider,
            DecidedObjects objects,
            Journal journal,
            AnsweredCommands answered,
            Clock clock,
            Chance chance) {
        ObjectEvents codec = new ObjectEvents();
        EventStore store = new StorageEngineBackedEventStore(
                new LogStorageEngine(journal.log(), appending(journal), codec, objects::get),
                new SimpleEventBus(),
                codec);
        EventSourcingRepository<ObjectKey, ApiObject> repository = new EventSourcingRepository<>(
                ObjectKey.class,
                ApiObject.class,
                store,
                (key, first, context) -> ApiObject.absent(key),
                (key, context) -> ObjectEvents.of(key),
                new ApiObject.Evolver());
        ObjectCommands handler = new ObjectCommands(decider, objects, journal, repository, store, clock, chance);
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

    /** Dispatches a command. Completes when the answer is durable; fails if the log did. */
    @Override
    public CompletableFuture<CommandResult> apply(CommandRequest request) {
        CommandRequest rooted = Correlation.rooted(request);
        MessageType type = TYPES.get(rooted.command().getClass());
        if (type == null) {
            throw new IllegalStateException("a command without a handler: " + rooted.command());
        }
        return bus.dispatch(
                        new GenericCommandMessage(new GenericMessage(rooted.commandId(), type, rooted, Map.of())), null)
                .thenApply(Results::result);
    }
}
