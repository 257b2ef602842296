package io.shiplog.events.log;

import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What has the head of an event: the event in the log, or its draft. */
public sealed interface Headed permits Event, EventDraft {
    EventHead head();

    /** The shard's own count: the object's {@code metadata.resourceVersion}. */
    default long revision() {
        return head().revision();
    }

    /** The revision of the object's previous event; see {@link EventHead}. */
    default @Nullable Long previous() {
        return head().previous();
    }

    default ObjectKey key() {
        return head().key();
    }

    default EventType type() {
        return head().type();
    }

    /** The object's API path. */
    default String subject() {
        return head().subject();
    }

    /** The pod's node, for pods that have one. */
    default @Nullable String node() {
        return head().node();
    }

    /** The time of the decision, by the writer's clock. */
    default Instant time() {
        return head().time();
    }

    /** The user name. */
    default String actor() {
        return head().origin().actor();
    }

    /** The user name of the real sender, if it impersonates the actor; else null. */
    default @Nullable String impersonator() {
        return head().origin().impersonator();
    }

    /** The operation: create, update, patch, delete, bind … */
    default String verb() {
        return head().origin().verb();
    }

    default String commandId() {
        return head().origin().commandId();
    }

    /** The event that a process manager acted on. */
    default @Nullable String causationId() {
        return head().origin().causationId();
    }

    /** The user's command at the root. */
    default String correlationId() {
        return head().origin().correlationId();
    }
}
