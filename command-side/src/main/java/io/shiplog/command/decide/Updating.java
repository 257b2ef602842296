package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.Decision.Happened;
import io.shiplog.command.decide.Decision.Refused;
import io.shiplog.command.decide.Decision.Unchanged;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.projections.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an object whose next form is known, whether it was put or patched.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/registry/rest/update.go">rest.BeforeUpdate</a>
 */
final class Updating {
    private Updating() {}

    /**
     * @param old the object as it is; not changed
     * @param wanted the object as the client wants it; becomes the object as it will be
     * @param part which part of the object the client may change
     */
    static Decision update(
            Situation situation,
            StoredObject current,
            ObjectNode old,
            ObjectNode wanted,
            Part part,
            String verb,
            List<String> warned) {
        Refusal refusal = conflicts(situation, current, Trees.object(wanted, "metadata"), verb);
        if (refusal != null) {
            return new Refused(refusal);
        }
        ObjectNode next = whole(situation, old, wanted, part);
        prepare(situation, next, old, part);
        refusal = situation.strategy().admit(next, old, situation.request().actor(), situation.state());
        if (refusal != null) {
            return new Refused(refusal);
        }
        FieldErrors errors = validate(situation, next, old, part);
        if (!errors.isEmpty()) {
            return new Refused(errors.refusal(situation.kind().kind(), situation.key()));
        }
        List<String> warnings = Warnings.of(warned, situation.strategy(), next);
        if (Sameness.same(next, old)) {
            return new Unchanged(situation.key(), current.revision(), current.json(), warnings);
        }
        return happened(situation, old, next, verb, warnings);
    }

    /** An object that changed, or whose last change is its end. */
    static Happened happened(Situation situation, ObjectNode old, ObjectNode next, String verb, List<String> warnings) {
        boolean ends = Deleting.endsWith(situation.kind(), old, next);
        return new Happened(
                situation.key(),
                ends ? WhatHappened.deleted(situation.kind()) : WhatHappened.changed(situation.kind(), old, next),
                ApiPath.of(situation.kind(), situation.key()),
                verb,
                ends ? Outcome.DELETED : Outcome.CHANGED,
                next,
                Pods.node(situation.key(), next),
                null,
                warnings);
    }

    /** Which part of an object an update may change. */
    enum Part {
        MAIN,
        STATUS,
        /** A namespace's {@code spec.finalizers}. */
        FINALIZE
    }

    private static @Nullable Refusal conflicts(
            Situation situation, StoredObject current, ObjectNode metadata, String verb) {
        String uid = Trees.text(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(current.uid())) {
            return Refusal.conflict(
                    situation.key(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, current.uid()));
        }
        String version = Trees.text(metadata, "resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            if (Traits.allowsUnconditionalUpdate(situation.kind().storedAs()) || verb.equals("patch")) {
                return null;
            }
            FieldErrors errors = new FieldErrors();
            // Kubernetes prints its unsigned zero so.
            errors.invalid("metadata.resourceVersion", new Verbatim("0x0"), "must be specified for an update");
            return errors.refusal(situation.kind().kind(), situation.key());
        }
        return versionConflict(situation, current.revision(), version);
    }

    private static @Nullable Refusal versionConflict(Situation situation, long revision, String version) {
        if (version.equals(Long.toString(revision))) {
            return null;
        }
        if (!version.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "metadata.resourceVersion: Invalid value: \"%s\": must be a number".formatted(version),
                    situation.key());
        }
        return Refusal.conflict(situation.key(), Refusal.MODIFIED);
    }

    /** A value that stands in a message as it is. */
    private record Verbatim(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    /** The next form with all that this part may not touch taken from the old one. */
    private static ObjectNode whole(Situation situation, ObjectNode old, ObjectNode wanted, Part part) {
        return switch (part) {
            case MAIN -> withMetadata(old, wanted);
            case STATUS -> {
                ObjectNode next = old.deepCopy();
                ObjectNode metadata = Trees.object(next, "metadata");
                for (String field : Traits.CLIENTS_METADATA) {
                    if (Traits.statusChanges(situation.kind().storedAs(), field)) {
                        metadata.remove(field);
                        Creating.keep(Trees.object(wanted, "metadata"), metadata, field);
                    }
                }
                if (wanted.get("status") instanceof ObjectNode status) {
                    next.set("status", status);
                }
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
        // What the system gave stays, whatever the client sends: Kubernetes passes over it in silence.
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

    private static void prepare(Situation situation, ObjectNode next, ObjectNode old, Part part) {
        switch (part) {
            case MAIN -> {
                situation.strategy().setDefaults(next);
                situation.strategy().prepareForUpdate(next, old, situation.state());
                bumpGeneration(situation, next, old);
            }
            case STATUS -> situation.strategy().prepareForStatusUpdate(next, old, situation.state());
            case FINALIZE -> {}
        }
    }

    /** One more where anything but metadata and status changed. */
    static void bumpGeneration(Situation situation, ObjectNode next, ObjectNode old) {
        if (Traits.hasGeneration(situation.kind().storedAs()) && !Sameness.sameBut(next, old, "metadata", "status")) {
            ObjectNode metadata = Trees.object(next, "metadata");
            metadata.put("generation", old.path("metadata").path("generation").asLong() + 1);
        }
    }

    private static FieldErrors validate(Situation situation, ObjectNode next, ObjectNode old, Part part) {
        FieldErrors errors = new FieldErrors();
        if (part != Part.FINALIZE) {
            ObjectNode metadata = Trees.object(next, "metadata");
            MetadataRules.validate(situation.kind(), metadata, errors);
            MetadataRules.validateUpdate(metadata, Trees.object(old, "metadata"), errors);
        }
        switch (part) {
            case MAIN -> {
                situation.strategy().validate(next, errors);
                situation.strategy().validateUpdate(next, old, errors);
            }
            case STATUS -> situation.strategy().validateStatusUpdate(next, old, errors);
            case FINALIZE -> {}
        }
        return errors;
    }
}
