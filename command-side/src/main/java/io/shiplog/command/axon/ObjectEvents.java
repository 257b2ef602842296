package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventType;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.core.MessageType;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.GenericEventMessage;
import org.axonframework.messaging.eventstreaming.Tag;

/** The events of objects as Axon messages. A reader finds them by one tag, the object's key: {@code object=<record key>}. */
final class ObjectEvents implements EventCodec {
    private static final String OBJECT = "object";

    /** A draft as a message to the log. */
    static EventMessage message(EventDraft draft, Map<String, String> correlation) {
        return new GenericEventMessage(draft.commandId(), type(draft.type()), draft, correlation, draft.time());
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
        return Set.of(new Tag(OBJECT, event.key().recordKey()));
    }
}
