package io.shiplog.command.axon;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import java.util.Set;
import org.axonframework.eventsourcing.eventstore.TaggedEventMessage;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventstreaming.Tag;

/** How Axon's messages lie in the log. */
interface EventCodec {
    /** The draft of a message. Its revision is the one given. */
    EventDraft encode(TaggedEventMessage<?> message, long revision);

    EventMessage decode(Event event);

    Set<Tag> tags(Event event);
}
