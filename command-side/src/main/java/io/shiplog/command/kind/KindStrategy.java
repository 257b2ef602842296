package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a kind does to its objects, called by the decider in this order: {@link #setDefaults}, {@link #prepareForCreate} or
 * {@link #prepareForUpdate}, {@link #admit}, {@link #validate} and {@link #validateUpdate}, {@link #warnings}. Trees are the
 * decider's own copies and may be changed by set and prepare only. Metadata common to all kinds (name, uid, labels,
 * finalizers, generation, deletion) is the decider's affair.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/create.go">rest.RESTCreateStrategy</a>
 */
public interface KindStrategy {
    /** A kind with nothing of its own. */
    KindStrategy PLAIN = new KindStrategy() {};

    /** Fills what the user left out, as the kind's documentation says. Idempotent. */
    default void setDefaults(ObjectNode object) {}

    /** Drops what a user may not set (status), allocates what the cluster gives (addresses, ports). */
    default void prepareForCreate(ObjectNode object, DecidedState state) {
        object.remove("status");
    }

    /** Keeps what this update may not change: the status for the main resource. */
    default void prepareForUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        if (old.has("status")) {
            object.set("status", old.get("status"));
        } else {
            object.remove("status");
        }
    }

    /** Keeps what an update of a subresource may not change: all but the status, for {@code status}. */
    default void prepareForStatusUpdate(ObjectNode object, ObjectNode old, DecidedState state) {
        if (old.has("spec")) {
            object.set("spec", old.get("spec"));
        }
    }

    /** Admission that needs the rest of the state: a missing ServiceAccount, a role beyond the actor's own rights. */
    default @Nullable Refusal admit(ObjectNode object, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        return null;
    }

    /** Checks an object by itself. */
    default void validate(ObjectNode object, FieldErrors errors) {}

    /** Checks a change: immutable fields. Called after {@link #validate}. */
    default void validateUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Checks a change of the status subresource. */
    default void validateStatusUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Sentences for the {@code Warning} header. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /**
     * How long a deletion waits for the node, in seconds.
     *
     * @param requested what the user asked for, or null
     * @return 0 for a kind that goes at once
     */
    default long gracePeriodSeconds(ObjectNode object, @Nullable Long requested) {
        return 0;
    }
}
