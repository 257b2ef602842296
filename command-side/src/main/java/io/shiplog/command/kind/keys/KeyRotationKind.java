package io.shiplog.command.kind.keys;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.NONE;
import static io.shiplog.events.kind.MetaColumns.textOr;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** KeyRotations: objects to shred must be of a known kind, and deleted. The spec is immutable. */
public final class KeyRotationKind implements Kind {
    private static final ResourceType TYPE = new ResourceType("keys.shiplog.io", "keyrotations");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "Phase",
                    "Done, Checked (a dry run) or Failed; empty until then.",
                    (rotation, now) -> rotation.path("status").path("phase").asText()),
            MetaColumns.number(
                    "Keys",
                    "How many data keys are wrapped with the key-encryption key that came in force.",
                    (rotation, now) -> rotation.path("status").path("keys").asInt()),
            MetaColumns.number(
                    "Shredded",
                    "How many objects can no longer be read.",
                    (rotation, now) -> rotation.path("status").path("shredded").size()),
            MetaColumns.AGE,
            wide(
                    "Key-Encryption-Key",
                    "Fingerprint of the key-encryption key that came in force.",
                    (rotation, now) -> textOr(rotation.path("status").path("keyEncryptionKey"), NONE)),
            wide(
                    "Message",
                    "What went wrong.",
                    (rotation, now) -> textOr(rotation.path("status").path("message"), NONE)));

    @Override
    public KindDescription description() {
        return KindDescription.draft("keys.shiplog.io", "v1", "KeyRotation", "keyrotations", Scope.CLUSTER)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public void validate(ObjectNode rotation, FieldErrors errors) {
        int index = 0;
        for (JsonNode target : Trees.at(rotation, "spec", "shred")) {
            for (String field : new String[] {"apiVersion", "kind", "name"}) {
                if (text(target, field).isEmpty()) {
                    errors.required("spec.shred[%d].%s".formatted(index, field), "");
                }
            }
            index++;
        }
        if (rotation.path("spec").path("dryRun").asBoolean() && index == 0) {
            errors.required("spec.shred", "");
        }
    }

    /** What is wrong with the kinds of the targets, and with their namespaces. */
    private static FieldErrors kinds(ObjectNode rotation, DecidedState state) {
        FieldErrors errors = new FieldErrors();
        int index = 0;
        for (JsonNode target : Trees.at(rotation, "spec", "shred")) {
            String path = "spec.shred[" + index++ + "]";
            KindDescription kind = kind(target, state);
            boolean namespace = !text(target, "namespace").isEmpty();
            if (kind == null && !text(target, "kind").isEmpty()) {
                errors.notFound(path + ".kind", text(target, "kind"));
            } else if (kind != null && kind.namespaced() && !namespace) {
                errors.required(path + ".namespace", "");
            } else if (kind != null && !kind.namespaced() && namespace) {
                errors.forbidden(path + ".namespace", "not allowed on this type");
            }
        }
        return errors;
    }

    private static @Nullable KindDescription kind(JsonNode target, DecidedState state) {
        String apiVersion = text(target, "apiVersion");
        int slash = apiVersion.indexOf('/');
        return state.kinds().byKind(slash < 0 ? "" : apiVersion.substring(0, slash), text(target, "kind"));
    }

    @Override
    public void validateUpdate(ObjectNode rotation, ObjectNode old, FieldErrors errors) {
        if (!Checks.same(rotation.path("spec"), old.path("spec"))) {
            errors.invalid("spec", rotation.path("spec"), Checks.IMMUTABLE);
        }
    }

    @Override
    public @Nullable Refusal admit(ObjectNode rotation, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        if (old != null) {
            return null;
        }
        ObjectKey rotationKey = ObjectKey.clusterScoped(TYPE, Trees.name(rotation));
        FieldErrors errors = kinds(rotation, state);
        if (!errors.isEmpty()) {
            return errors.refusal("KeyRotation", rotationKey);
        }
        if (rotation.path("spec").path("dryRun").asBoolean()) {
            return null;
        }
        for (JsonNode target : Trees.at(rotation, "spec", "shred")) {
            KindDescription kind = kind(target, state);
            if (kind != null) {
                ObjectKey key = ObjectKey.of(kind.storedAs(), text(target, "namespace"), text(target, "name"));
                StoredObject alive = state.get(key);
                String uid = text(target, "uid");
                if (alive != null && (uid.isEmpty() || uid.equals(alive.uid()))) {
                    return Refusal.conflict(
                            rotationKey,
                            "%s \"%s\" still exists: delete it first"
                                    .formatted(key.type().qualified(), key.name()));
                }
            }
        }
        return null;
    }
}
