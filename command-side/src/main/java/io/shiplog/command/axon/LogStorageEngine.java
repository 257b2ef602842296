package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.axonframework.common.infra.ComponentDescriptor;
import org.axonframework.eventsourcing.eventstore.AppendCondition;
import org.axonframework.eventsourcing.eventstore.AppendEventsTransactionRejectedException;
import org.axonframework.eventsourcing.eventstore.ConsistencyMarker;
import org.axonframework.eventsourcing.eventstore.EmptyAppendTransaction;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.GlobalIndexConsistencyMarker;
import org.axonframework.eventsourcing.eventstore.GlobalIndexPosition;
import org.axonframework.eventsourcing.eventstore.SourcingCondition;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.core.Context;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.SimpleEntry;
import org.axonframework.messaging.core.unitofwork.ProcessingContext;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.TerminalEventMessage;
import org.axonframework.messaging.eventhandling.processing.streaming.token.GlobalSequenceTrackingToken;
import org.axonframework.messaging.eventhandling.processing.streaming.token.TrackingToken;
import org.axonframework.messaging.eventstreaming.EventsCondition;
import org.axonframework.messaging.eventstreaming.StreamingCondition;
import org.jspecify.annotations.Nullable;

/**
 * A shard of the log as Axon's event storage. Positions and tokens are revisions: a token is the last revision read.
 *
 * <p>Criteria read the log: commands use none, since they are decided on the newest decided state. Transactions of more than one event are not atomic if the log fails between them: commands create one event each.
 */
final class LogStorageEngine implements EventStorageEngine {
    private final EventLog log;
    private final Appending appending;
    private final EventCodec codec;

    /** The destination of events. */
    interface Appending {
        /** The revision of the next event. */
        long nextRevision();

        CompletableFuture<Event> append(EventDraft draft);
    }

    LogStorageEngine(EventLog log, Appending appending, EventCodec codec) {
        this.log = log;
        this.appending = appending;
        this.codec = codec;
    }

    @Override
    public CompletableFuture<AppendTransaction<?>> appendEvents(
            AppendCondition condition, @Nullable ProcessingContext context, List<TaggedEventMessage<?>> events) {
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(EmptyAppendTransaction.INSTANCE);
        }
        return CompletableFuture.completedFuture(new Append(condition, List.copyOf(events)));
    }

    private final class Append implements AppendTransaction<ConsistencyMarker> {
        private final AppendCondition condition;
        private final List<TaggedEventMessage<?>> events;
        private final AtomicBoolean finished = new AtomicBoolean();

        private Append(AppendCondition condition, List<TaggedEventMessage<?>> events) {
            this.condition = condition;
            this.events = events;
        }

        @Override
        public CompletableFuture<ConsistencyMarker> commit(@Nullable ProcessingContext context) {
            if (finished.getAndSet(true)) {
                return CompletableFuture.failedFuture(new IllegalStateException("already committed or rolled back"));
            }
            // One decider thread needs no lock, but Axon's contract allows other users.
            synchronized (appending) {
                if (conflicts(condition)) {
                    return CompletableFuture.failedFuture(
                            AppendEventsTransactionRejectedException.conflictingEventsDetected(
                                    condition.consistencyMarker()));
                }
                CompletableFuture<Event> last = null;
                for (TaggedEventMessage<?> event : events) {
                    last = appending.append(codec.encode(event, appending.nextRevision()));
                }
                return last == null
                        ? CompletableFuture.completedFuture(ConsistencyMarker.ORIGIN)
                        : last.thenApply(event -> new GlobalIndexConsistencyMarker(event.revision()));
            }
        }

        @Override
        public void rollback(@Nullable ProcessingContext context) {
            finished.set(true);
        }

        @Override
        public CompletableFuture<ConsistencyMarker> afterCommit(
                ConsistencyMarker marker, @Nullable ProcessingContext context) {
            return CompletableFuture.completedFuture(marker);
        }
    }

    /** Whether events for the condition arrived after its marker. */
    private boolean conflicts(AppendCondition condition) {
        if (condition.consistencyMarker() == ConsistencyMarker.INFINITY) {
            return false;
        }
        long seen = Math.max(0, GlobalIndexConsistencyMarker.position(condition.consistencyMarker()));
        long last = appending.nextRevision() - 1;
        if (last <= seen) {
            return false;
        }
        boolean[] found = new boolean[1];
        log.read(
                Math.max(seen, log.oldest() - 1),
                last,
                batch -> found[0] |= batch.stream().anyMatch(e -> matches(condition, e)));
        return found[0];
    }

    private boolean matches(EventsCondition condition, Event event) {
        return condition.matches(codec.decode(event).type().qualifiedName(), codec.tags(event));
    }

    @Override
    public MessageStream<EventMessage> source(SourcingCondition condition, @Nullable ProcessingContext context) {
        long last = appending.nextRevision() - 1;
        List<MessageStream.Entry<EventMessage>> entries = new ArrayList<>();
        log.read(
                Math.max(Math.max(0, GlobalIndexPosition.toIndex(condition.start())), log.oldest() - 1),
                last,
                batch -> batch.stream()
                        .filter(event -> matches(condition, event))
                        .forEach(event -> entries.add(entry(codec.decode(event), event.revision()))));
        entries.add(new SimpleEntry<>(
                TerminalEventMessage.INSTANCE,
                Context.with(ConsistencyMarker.RESOURCE_KEY, new GlobalIndexConsistencyMarker(last))));
        return new EntryStream(entries);
    }

    private static MessageStream.Entry<EventMessage> entry(EventMessage message, long revision) {
        return new SimpleEntry<>(
                message, TrackingToken.addToContext(Context.empty(), new GlobalSequenceTrackingToken(revision)));
    }

    @Override
    public MessageStream<EventMessage> stream(StreamingCondition condition, @Nullable ProcessingContext context) {
        TrackingToken token = condition.position();
        long after = token == null ? 0 : token.position().orElse(0);
        return new LogStream(
                log,
                Math.max(after, log.oldest() - 1),
                event -> matches(condition, event) ? entry(codec.decode(event), event.revision()) : null);
    }

    @Override
    public CompletableFuture<TrackingToken> firstToken(@Nullable ProcessingContext context) {
        return CompletableFuture.completedFuture(new GlobalSequenceTrackingToken(log.oldest() - 1));
    }

    @Override
    public CompletableFuture<TrackingToken> latestToken(@Nullable ProcessingContext context) {
        return log.end().toCompletableFuture().thenApply(GlobalSequenceTrackingToken::new);
    }

    @Override
    public CompletableFuture<TrackingToken> tokenAt(Instant at, @Nullable ProcessingContext context) {
        return log.end().toCompletableFuture().thenApply(end -> {
            long[] before = {end};
            log.read(log.oldest() - 1, end, batch -> {
                for (Event event : batch) {
                    if (!event.time().isBefore(at)) {
                        before[0] = Math.min(before[0], event.revision() - 1);
                    }
                }
            });
            return new GlobalSequenceTrackingToken(before[0]);
        });
    }

    @Override
    public void describeTo(ComponentDescriptor descriptor) {
        descriptor.describeProperty("shard", log.shard());
    }
}
