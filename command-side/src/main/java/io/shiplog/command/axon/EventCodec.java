package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventstreaming.Tag;

/** The log format of Axon's messages. */
interface EventCodec {
    /** The draft of a message, with the given revision. */
    EventDraft encode(TaggedEventMessage<?> message, long revision);

    EventMessage decode(Event event);

    Set<Tag> tags(Event event);
}
