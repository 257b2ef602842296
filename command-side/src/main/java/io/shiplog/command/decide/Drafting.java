package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.Decision.Changed;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventDraft;
import io.shiplog.projections.StoredObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Creates the event of a decision. */
public final class Drafting {
    /** As etcd's default for a whole request: an object that Kubernetes could not store is not stored here either. */
    public static final int MAX_OBJECT_BYTES = 1_536 * 1024;

    private Drafting() {}

    /** Why an event cannot go into the log, or null. */
    public static @Nullable Refusal tooLarge(EventDraft draft) {
        return draft.object().size() <= MAX_OBJECT_BYTES
                ? null
                : Refusal.of(
                        Reason.REQUEST_ENTITY_TOO_LARGE,
                        "Request entity too large: limit is " + MAX_OBJECT_BYTES,
                        draft.key());
    }

    /**
     * The event of a decision as it will be in the log. The revision is set in the tree before serialization, so that the bytes
     * are made once.
     *
     * @param current the object before the decision, null if there was none
     */
    public static EventDraft draft(
            Changed changed, @Nullable StoredObject current, CommandRequest request, long revision, Instant now) {
        return new EventDraft(
                revision,
                current == null ? 0 : current.revision(),
                changed.key(),
                changed.type(),
                changed.subject(),
                now,
                request.actor().user(),
                request.actor().impersonator(),
                changed.verb(),
                request.commandId(),
                request.causationId(),
                request.correlationId(),
                changed.node(),
                bytes(changed.object(), revision));
    }

    /** The client's answer for a decision that became this event. */
    public static Json answer(Changed changed, EventDraft draft) {
        ObjectNode other = changed.answer();
        return other == null ? draft.object() : bytes(other, draft.revision());
    }

    /** The client's answer for a dry run: the object with its old resourceVersion, or none if it is new. */
    public static Json dryRunAnswer(Changed changed) {
        ObjectNode answer = changed.answer() == null ? changed.object() : changed.answer();
        ObjectNode metadata = Trees.object(answer, "metadata");
        if (Trees.text(metadata, "resourceVersion").isEmpty()) {
            metadata.remove("resourceVersion");
        }
        return Json.of(answer);
    }

    private static Json bytes(ObjectNode object, long revision) {
        Trees.object(object, "metadata").put("resourceVersion", Long.toString(revision));
        return Json.of(object);
    }
}
