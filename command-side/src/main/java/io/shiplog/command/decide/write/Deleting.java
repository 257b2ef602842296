package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ApiPath;
import io.shiplog.command.decide.object.Equality;
import io.shiplog.command.decide.object.Finalizers;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.Decision.Unchanged;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides deletions: at once, after a grace period, or with the last finalizer.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/delete.go">rest.BeforeDelete</a>
 */
public final class Deleting {
    private static final String TIMESTAMP = "deletionTimestamp";
    private static final String GRACE = "deletionGracePeriodSeconds";

    private Deleting() {}

    /**
     * @param old the current object, possibly with other changes
     * @param verb the operation: {@code delete} or {@code evict}
     */
    public static Decision delete(
            DecisionContext context, StoredObject current, ObjectNode old, DeleteObject command, EventVerb verb) {
        Refusal refusal = refusal(context, current, command);
        if (refusal != null) {
            return new Refused(refusal);
        }
        ObjectNode next = old.deepCopy();
        ObjectNode metadata = Trees.object(next, "metadata");
        Grace grace = grace(context, old, metadata, command);
        if (grace == Grace.PENDING) {
            return new Unchanged(context.key(), current.revision(), current.json(), List.of());
        }
        List<String> finalizers = Finalizers.after(context.rules(), Finalizers.of(metadata), command.propagation());
        Finalizers.set(metadata, finalizers);
        boolean held = !finalizers.isEmpty() || heldByNamespace(context.kind(), next);
        if (held && grace != Grace.GIVEN) {
            markDeleting(context, metadata, context.state().now());
        }
        if (context.kind().storedAs().equals(TypeRules.NAMESPACES) && held) {
            Trees.object(next, "status").put("phase", "Terminating");
        }
        if (!held && grace != Grace.GIVEN) {
            return gone(context, old, verb);
        }
        if (Equality.same(old, next)) {
            return new Unchanged(context.key(), current.revision(), current.json(), List.of());
        }
        return requested(context, old, next, verb);
    }

    private static @Nullable Refusal refusal(DecisionContext context, StoredObject current, DeleteObject command) {
        String uid = command.preconditions().uid();
        if (uid != null && !uid.equals(current.uid())) {
            return Refusal.conflict(
                    namedByKind(context),
                    ("the UID in the precondition (%s) does not match the UID in record (%s). "
                                    + "The object might have been deleted and then recreated")
                            .formatted(uid, current.uid()));
        }
        String version = command.preconditions().resourceVersion();
        if (version != null && !version.equals(Long.toString(current.revision()))) {
            return Refusal.conflict(
                    namedByKind(context),
                    ("the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%d). "
                                    + "The object might have been modified")
                            .formatted(version, current.revision()));
        }
        if (context.kind().storedAs().equals(TypeRules.NAMESPACES)
                && TypeRules.IMMORTAL_NAMESPACES.contains(context.key().name())) {
            return Refusal.forbidden(context.key(), "this namespace may not be deleted");
        }
        return null;
    }

    /** The object with its kind in the resource's place: so Kubernetes names it where a precondition fails. */
    private static ObjectKey namedByKind(DecisionContext context) {
        KindDescription kind = context.kind();
        return ObjectKey.of(
                new ResourceType(kind.group(), kind.kind()),
                context.key().namespace(),
                context.key().name());
    }

    /** The requested grace period. A negative one counts as a second. */
    private static @Nullable Long asked(DeleteObject command) {
        Long seconds = command.gracePeriodSeconds();
        return seconds != null && seconds < 0 ? Long.valueOf(1) : seconds;
    }

    /** The effect of a grace period on a deletion. */
    private enum Grace {
        /** None or zero: only finalizers can hold the object. */
        NONE,
        /** It starts, or is shortened. */
        GIVEN,
        /** It runs already and is unchanged. */
        PENDING
    }

    private static Grace grace(DecisionContext context, ObjectNode old, ObjectNode metadata, DeleteObject command) {
        JsonNode running = metadata.get(GRACE);
        if (!metadata.has(TIMESTAMP)) {
            long seconds = seconds(context, old, asked(command));
            if (seconds == 0) {
                return Grace.NONE;
            }
            begin(metadata, context.state().now(), seconds);
            return Grace.GIVEN;
        }
        if (running == null || running.asLong() == 0) {
            return Grace.NONE;
        }
        Long asked = asked(command);
        if (asked == null || asked >= running.asLong()) {
            return Grace.PENDING;
        }
        if (asked == 0) {
            return Grace.NONE;
        }
        // It can only be shortened; it counts from the time of the first request.
        Instant requested = Instant.parse(Trees.text(metadata, TIMESTAMP)).minusSeconds(running.asLong());
        metadata.put(TIMESTAMP, requested.plusSeconds(asked).toString());
        metadata.put(GRACE, asked);
        return Grace.GIVEN;
    }

    private static long seconds(DecisionContext context, ObjectNode old, @Nullable Long asked) {
        if (context.key().type().equals(TypeRules.PODS) && Pods.goesAtOnce(old)) {
            return 0;
        }
        return context.rules().gracePeriodSeconds(old, asked);
    }

    private static void begin(ObjectNode metadata, Instant now, long seconds) {
        metadata.put(
                TIMESTAMP,
                now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds).toString());
        metadata.put(GRACE, seconds);
        bumpGeneration(metadata);
    }

    private static void markDeleting(DecisionContext context, ObjectNode metadata, Instant now) {
        if (!metadata.has(GRACE)) {
            bumpGeneration(metadata);
        }
        String there = Trees.text(metadata, TIMESTAMP);
        if (there.isEmpty() || Instant.parse(there).isAfter(now)) {
            metadata.put(TIMESTAMP, context.timestamp());
        }
        metadata.put(GRACE, 0);
    }

    private static void bumpGeneration(ObjectNode metadata) {
        long generation = metadata.path("generation").asLong();
        if (generation > 0) {
            metadata.put("generation", generation + 1);
        }
    }

    private static Changed gone(DecisionContext context, ObjectNode last, EventVerb verb) {
        return new Changed(
                context.key(),
                ChangeClassifier.deleted(context.kind()),
                ApiPath.of(context.kind(), context.key()),
                verb,
                Outcome.DELETED,
                last,
                Pods.node(context.key(), last),
                null,
                List.of(),
                List.of());
    }

    private static Changed requested(DecisionContext context, ObjectNode old, ObjectNode next, EventVerb verb) {
        return new Changed(
                context.key(),
                ChangeClassifier.changed(context.kind(), old, next),
                ApiPath.of(context.kind(), context.key()),
                verb,
                Outcome.DELETION_REQUESTED,
                next,
                Pods.node(context.key(), next),
                null,
                List.of(),
                List.of());
    }

    private static boolean heldByNamespace(KindDescription kind, ObjectNode object) {
        return kind.storedAs().equals(TypeRules.NAMESPACES)
                && !object.path("spec").path("finalizers").isEmpty();
    }

    /** Whether an update removes the last obstacle to the end of an object. */
    public static boolean endsWith(KindDescription kind, ObjectNode old, ObjectNode next) {
        JsonNode was = old.path("metadata");
        if (!was.has(TIMESTAMP) || was.path(GRACE).asLong() != 0) {
            return false;
        }
        return next.path("metadata").path("finalizers").isEmpty() && !heldByNamespace(kind, next);
    }
}
