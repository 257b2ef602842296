package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.Unnumbered;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Owners;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Creates the event of a decision. */
public final class Drafting {
    /** As etcd's default for a whole request: an object that Kubernetes could not store is not stored here either. */
    public static final int MAX_OBJECT_BYTES = 1_536 * 1024;

    private Drafting() {}

    /**
     * Why an object cannot go into the log, or null.
     *
     * @param bytes the length of the object
     */
    static @Nullable Refusal tooLarge(ObjectKey key, int bytes) {
        return bytes <= MAX_OBJECT_BYTES
                ? null
                : Refusal.of(
                        Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is " + MAX_OBJECT_BYTES, key);
    }

    /** The bytes of a change, made once. */
    static Proposal.Bytes bytes(Changed changed, boolean dryRun) {
        Json answer = dryRun ? dryRunAnswer(changed) : Json.of("");
        ObjectNode other = changed.answer();
        return new Proposal.Bytes(object(changed.object()), other == null ? null : Unnumbered.of(other), answer);
    }

    /** As Kubernetes does: an object that is only too large with its managers is stored without them. */
    private static Unnumbered object(ObjectNode object) {
        Unnumbered bytes = Unnumbered.of(object);
        return bytes.size() > MAX_OBJECT_BYTES
                        && Trees.object(object, "metadata").remove(Owners.FIELD) != null
                ? Unnumbered.of(object)
                : bytes;
    }

    /** The event of a change as it will be in the log. */
    static EventDraft draft(Proposal.Change change, long revision, Instant now) {
        Changed changed = change.changed();
        CommandRequest request = change.request();
        return new EventDraft(
                new EventHead(
                        revision,
                        change.base(),
                        changed.key(),
                        changed.type(),
                        changed.subject(),
                        changed.node(),
                        now,
                        new Origin(
                                request.actor().user(),
                                request.actor().impersonator(),
                                changed.verb().word(),
                                request.commandId(),
                                request.causationId(),
                                request.correlationId())),
                change.bytes().object().numbered(revision));
    }

    /** The client's answer for a dry run: the object with its old resourceVersion, or none if it is new. */
    private static Json dryRunAnswer(Changed changed) {
        ObjectNode answer = changed.answer() == null ? changed.object() : changed.answer();
        ObjectNode metadata = Trees.object(answer, "metadata");
        if (Trees.text(metadata, "resourceVersion").isEmpty()) {
            metadata.remove("resourceVersion");
        }
        return Json.of(answer);
    }
}
