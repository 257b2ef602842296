package io.shiplog.command.kind;

import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.StoredObject;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** KeyRotations: objects to shred must be of a known kind, and deleted. The spec is immutable. */
final class KeyRotationStrategy implements KindStrategy {
    private static final ResourceType TYPE = new ResourceType("keys.shiplog.io", "keyrotations");

    private final Supplier<KindCatalogue> kinds;

    KeyRotationStrategy(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
    }

    @Override
    public void validate(ObjectNode rotation, FieldErrors errors) {
        int index = 0;
        for (JsonNode target : Trees.at(rotation, "spec", "shred")) {
            String path = "spec.shred[" + index++ + "]";
            for (String field : new String[] {"apiVersion", "kind", "name"}) {
                if (text(target, field).isEmpty()) {
                    errors.required(path + "." + field, "");
                }
            }
            KindDescription kind = kind(target);
            if (!text(target, "kind").isEmpty() && kind == null) {
                errors.notFound(path + ".kind", text(target, "kind"));
            } else if (kind != null
                    && kind.namespaced()
                    && text(target, "namespace").isEmpty()) {
                errors.required(path + ".namespace", "");
            } else if (kind != null
                    && !kind.namespaced()
                    && !text(target, "namespace").isEmpty()) {
                errors.forbidden(path + ".namespace", "not allowed on this type");
            }
        }
    }

    private @Nullable KindDescription kind(JsonNode target) {
        String apiVersion = text(target, "apiVersion");
        int slash = apiVersion.indexOf('/');
        return kinds.get().byKind(slash < 0 ? "" : apiVersion.substring(0, slash), text(target, "kind"));
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
        for (JsonNode target : Trees.at(rotation, "spec", "shred")) {
            KindDescription kind = kind(target);
            if (kind != null) {
                ObjectKey key = ObjectKey.of(kind.storedAs(), text(target, "namespace"), text(target, "name"));
                StoredObject alive = state.get(key);
                String uid = text(target, "uid");
                if (alive != null && (uid.isEmpty() || uid.equals(alive.uid()))) {
                    return Refusal.conflict(
                            ObjectKey.clusterScoped(TYPE, Trees.name(rotation)),
                            "%s \"%s\" still exists: delete it first"
                                    .formatted(key.type().qualified(), key.name()));
                }
            }
        }
        return null;
    }
}
