package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.TagResolver;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventstreaming.EventCriteria;
import org.axonframework.messaging.eventstreaming.Tag;

/** The events of objects as Axon messages. Each has one tag: the object's key. */
final class ObjectEvents implements EventCodec, TagResolver {
    static final String OBJECT = "object";

    /** An object's state, sourced instead of its past events. */
    private static final MessageType STATE = new MessageType("io.shiplog.object.state", "1");

    /** The events of one object. */
    static EventCriteria of(ObjectKey key) {
        return EventCriteria.havingTags(tag(key));
    }

    static Tag tag(ObjectKey key) {
        return new Tag(OBJECT, key.recordKey());
    }

    /** A draft as a message to the log. */
    static EventMessage message(EventDraft draft, Map<String, String> correlation) {
        return new GenericEventMessage(draft.commandId(), type(draft.type()), draft, correlation, draft.time());
    }

    /** An object's newest revision as the one message from which it is sourced. */
    static EventMessage state(long revision) {
        return new GenericEventMessage(Long.toString(revision), STATE, revision, Map.of(), Instant.EPOCH);
    }

    private static MessageType type(EventType type) {
        String name = type.toString();
        return new MessageType(name.substring(0, name.lastIndexOf('.')), Integer.toString(type.version()));
    }

    @Override
    public EventDraft encode(TaggedEventMessage<?> message, long revision) {
        if (!(message.event().payload() instanceof EventDraft draft)) {
            throw new IllegalArgumentException(
                    "not an object's event: " + message.event().type());
        }
        if (draft.revision() != revision) {
            throw new IllegalStateException(
                    "the event was drafted as revision %d, the log is at %d".formatted(draft.revision(), revision));
        }
        return draft;
    }

    @Override
    public EventMessage decode(Event event) {
        return new GenericEventMessage(
                event.id(),
                type(event.type()),
                event,
                Map.of(Correlation.COMMAND, event.commandId(), Correlation.ROOT, event.correlationId()),
                event.time());
    }

    @Override
    public Set<Tag> tags(Event event) {
        return Set.of(tag(event.key()));
    }

    @Override
    public Set<Tag> resolve(EventMessage event) {
        return event.payload() instanceof EventDraft draft ? Set.of(tag(draft.key())) : Set.of();
    }
}
