package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ApiPath;
import io.shiplog.command.decide.object.Equality;
import io.shiplog.command.decide.object.MetadataRules;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.Decision.Unchanged;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides updates, whether the object was put or patched.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/update.go">rest.BeforeUpdate</a>
 */
public final class Updating {
    private Updating() {}

    /**
     * @param old the current object; completed, not changed otherwise
     * @param wanted the client's object; becomes the new object
     * @param part which part of the object the client may change
     * @param owners of the new object's fields
     */
    public static Decision update(
            DecisionContext context,
            StoredObject current,
            ObjectNode old,
            ObjectNode wanted,
            Part part,
            EventVerb verb,
            List<String> warned,
            Owners owners) {
        Refusal refusal = conflicts(context, current, Trees.object(wanted, "metadata"), verb);
        if (refusal != null) {
            return new Refused(refusal, warned);
        }
        // An object of an older log was stored without them: that is no change.
        context.forms().writeZeros(old);
        ObjectNode next = whole(context, old, wanted, part);
        ArrayNode entries = prepare(context, next, old, part, owners);
        refusal = context.rules()
                .admit(part.subresource(), next, old, context.request().actor(), context.state());
        if (refusal != null) {
            return new Refused(refusal, warned);
        }
        Owners.put(next, entries);
        FieldErrors errors = validate(context, next, old, part);
        if (!errors.isEmpty()) {
            return new Refused(errors.refusal(context.kind().kind(), context.key()), warned);
        }
        if (part.changesSpec()) {
            refusal = Admission.refusal(context, next, old);
            if (refusal != null) {
                return new Refused(refusal, warned);
            }
        }
        List<String> warnings = Warnings.of(warned, warnings(context, next, old, part));
        if (isSame(next, old)) {
            return new Unchanged(context.key(), current.revision(), current.json(), warnings);
        }
        return changed(context, old, next, verb, warnings);
    }

    private static List<String> warnings(DecisionContext context, ObjectNode next, ObjectNode old, Part part) {
        return switch (part) {
            case MAIN -> Admission.warnings(context, next, old);
            case EPHEMERALCONTAINERS -> Admission.warningsOfNamespace(context, next, old);
            case STATUS, APPROVAL, FINALIZE, RESIZE -> List.of();
        };
    }

    /** Whether nothing changed: new times of managers alone are no change. */
    private static boolean isSame(ObjectNode next, ObjectNode old) {
        JsonNode entries = next.path("metadata").path(Owners.FIELD);
        JsonNode were = old.path("metadata").path(Owners.FIELD);
        if (entries == were || !Owners.sameButTimes(entries, were)) {
            return Equality.same(next, old);
        }
        Owners.put(next, were instanceof ArrayNode array ? array : null);
        boolean same = Equality.same(next, old);
        Owners.put(next, entries instanceof ArrayNode array ? array : null);
        return same;
    }

    /** An object that changed, or whose last change is its end. */
    public static Changed changed(
            DecisionContext context, ObjectNode old, ObjectNode next, EventVerb verb, List<String> warnings) {
        boolean ends = Deleting.endsWith(context.kind(), old, next);
        return new Changed(
                context.key(),
                ends ? ChangeClassifier.deleted(context.kind()) : ChangeClassifier.changed(context.kind(), old, next),
                ApiPath.of(context.kind(), context.key()),
                verb,
                ends ? Outcome.DELETED : Outcome.CHANGED,
                next,
                Pods.node(context.key(), next),
                null,
                warnings,
                ends ? List.of() : Admission.guards(context, next, old));
    }

    /** Which part of an object an update may change. */
    public enum Part {
        MAIN,
        STATUS,
        /** The conditions that approve or deny. */
        APPROVAL,
        /** A namespace's {@code spec.finalizers}. */
        FINALIZE,
        /** A pod's {@code spec.ephemeralContainers}. */
        EPHEMERALCONTAINERS,
        /** The cpu and memory of a pod's containers. */
        RESIZE;

        /** The part that a subresource changes. */
        public static Part of(String subresource) {
            return switch (subresource) {
                case "status" -> STATUS;
                case "approval" -> APPROVAL;
                case "finalize" -> FINALIZE;
                case "ephemeralcontainers" -> EPHEMERALCONTAINERS;
                case "resize" -> RESIZE;
                default -> MAIN;
            };
        }

        /** Whether it is part of what the kind's own rules and admission look at, beside the status and the like. */
        boolean changesSpec() {
            return this == MAIN || this == EPHEMERALCONTAINERS || this == RESIZE;
        }

        /** Its name in paths, empty for the object itself. */
        String subresource() {
            return this == MAIN ? "" : name().toLowerCase(Locale.ROOT);
        }
    }

    private static @Nullable Refusal conflicts(
            DecisionContext context, StoredObject current, ObjectNode metadata, EventVerb verb) {
        String uid = Trees.text(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(current.uid())) {
            return Refusal.conflict(
                    context.key(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, current.uid()));
        }
        String version = Trees.text(metadata, "resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            if (context.rules().allowsUnconditionalUpdate() || verb == EventVerb.PATCH) {
                return null;
            }
            FieldErrors errors = new FieldErrors();
            errors.invalid("metadata.resourceVersion", 0, "must be specified for an update");
            // The only refusal that names the resource in the kind's place, as in Kubernetes.
            return errors.refusal(context.key().type().resource(), context.key());
        }
        return versionConflict(context, current.revision(), version);
    }

    private static @Nullable Refusal versionConflict(DecisionContext context, long revision, String version) {
        if (version.equals(Long.toString(revision))) {
            return null;
        }
        if (!version.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "metadata.resourceVersion: Invalid value: \"%s\": must be a number".formatted(version),
                    context.key());
        }
        return Refusal.conflict(context.key(), Refusal.MODIFIED);
    }

    /** The new object with everything outside this part taken from the old one. */
    private static ObjectNode whole(DecisionContext context, ObjectNode old, ObjectNode wanted, Part part) {
        return switch (part) {
            case MAIN -> withMetadata(old, wanted);
            case STATUS, APPROVAL -> {
                ObjectNode next = old.deepCopy();
                ObjectNode metadata = Trees.object(next, "metadata");
                for (String field : context.rules().statusMetadata()) {
                    metadata.remove(field);
                    Creating.keep(Trees.object(wanted, "metadata"), metadata, field);
                }
                if (wanted.get("status") instanceof ObjectNode status) {
                    next.set("status", status);
                }
                yield next;
            }
            case EPHEMERALCONTAINERS, RESIZE -> {
                ObjectNode next = old.deepCopy();
                next.set("spec", Trees.object(wanted, "spec"));
                yield next;
            }
            case FINALIZE -> {
                ObjectNode next = old.deepCopy();
                ObjectNode spec = Trees.object(next, "spec");
                JsonNode finalizers = wanted.path("spec").path("finalizers");
                if (finalizers.isEmpty()) {
                    spec.remove("finalizers");
                } else {
                    spec.set("finalizers", finalizers);
                }
                yield next;
            }
        };
    }

    private static ObjectNode withMetadata(ObjectNode old, ObjectNode wanted) {
        ObjectNode was = Trees.object(old, "metadata");
        ObjectNode given = Trees.object(wanted, "metadata");
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("name", "generateName", "namespace")) {
            Creating.keep(given.has(field) ? given : was, metadata, field);
        }
        // System fields stay, whatever the client sends: Kubernetes ignores them silently.
        for (String field : List.of(
                "uid",
                "resourceVersion",
                "generation",
                "creationTimestamp",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            Creating.keep(was, metadata, field);
        }
        for (String field : List.of("labels", "annotations", "ownerReferences", "finalizers")) {
            Creating.keep(given, metadata, field);
        }
        ObjectNode next = JsonNodeFactory.instance.objectNode();
        next.set("apiVersion", old.get("apiVersion"));
        next.set("kind", old.get("kind"));
        next.set("metadata", metadata);
        wanted.properties().forEach(field -> {
            if (!next.has(field.getKey())) {
                next.set(field.getKey(), field.getValue());
            }
        });
        return next;
    }

    private static @Nullable ArrayNode prepare(
            DecisionContext context, ObjectNode next, ObjectNode old, Part part, Owners owners) {
        if (part.changesSpec()) {
            context.rules().setDefaults(next);
        }
        if (part.changesSpec() && part != Part.MAIN) {
            context.rules().prepareForPart(part.subresource(), next, old, context.state());
        }
        ArrayNode entries = owners.of(next);
        context.forms().writeZeros(next);
        switch (part) {
            case MAIN -> {
                context.rules().prepareForUpdate(next, old, context.state());
                bumpGeneration(context, next, old);
            }
            case STATUS -> context.rules().prepareForStatusUpdate(next, old, context.state());
            case APPROVAL -> context.rules().prepareForApproval(next, old, context.state());
            case EPHEMERALCONTAINERS, RESIZE -> bumpGeneration(context, next, old);
            case FINALIZE -> {}
        }
        return entries;
    }

    /** Incremented if anything but metadata and status changed, and for some kinds if labels did. */
    static void bumpGeneration(DecisionContext context, ObjectNode next, ObjectNode old) {
        Kind kind = context.rules();
        boolean changed = !Equality.sameBut(next, old, "metadata", "status")
                || kind.countsLabels()
                        && !Trees.at(next, "metadata", "labels").equals(Trees.at(old, "metadata", "labels"));
        if (changed && kind.hasGeneration() && !kind.keepsFirstGeneration()) {
            ObjectNode metadata = Trees.object(next, "metadata");
            metadata.put("generation", old.path("metadata").path("generation").asLong() + 1);
        }
    }

    /**
     * How often Kubernetes checks the metadata of a changed object and lists what is wrong: twice for the registry, once for the change of
     * the kind, and for most core kinds once more for the whole object.
     */
    private static int timesChecked(DecisionContext context, Part part) {
        return part == Part.MAIN && context.kind().group().isEmpty() ? 4 : 3;
    }

    private static FieldErrors validate(DecisionContext context, ObjectNode next, ObjectNode old, Part part) {
        FieldErrors errors = new FieldErrors();
        if (part != Part.FINALIZE) {
            ObjectNode metadata = Trees.object(next, "metadata");
            MetadataRules.validateChanged(metadata, timesChecked(context, part), errors);
            // Kubernetes looks at it twice, for the registry and for the kind, and lists both results.
            MetadataRules.validateUpdate(metadata, Trees.object(old, "metadata"), errors);
            MetadataRules.validateUpdate(metadata, Trees.object(old, "metadata"), errors);
        }
        switch (part) {
            case MAIN -> context.rules().validateChange(next, old, errors);
            case STATUS -> context.rules().validateStatusUpdate(next, old, errors);
            case APPROVAL -> context.rules().validateApproval(next, old, errors);
            case EPHEMERALCONTAINERS, RESIZE -> {
                context.rules().validate(next, errors);
                context.rules().validatePart(part.subresource(), next, old, errors);
            }
            case FINALIZE -> {}
        }
        return errors;
    }
}
