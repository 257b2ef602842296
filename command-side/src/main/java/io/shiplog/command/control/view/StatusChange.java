package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.projections.image.StoredObject;
import org.jspecify.annotations.Nullable;

/** Computes the patch from the current status to the desired one. */
public final class StatusChange {
    private StatusChange() {}

    /** The command for the change; removed fields become null. Null if there is no change. */
    public static @Nullable Command of(StoredObject object, JsonNode old, ObjectNode next) {
        // Through bytes and back, so that the type of a number makes no difference.
        if (Json.of(next).tree().equals(old)) {
            return null;
        }
        ObjectNode patch = next.deepCopy();
        removed(old, patch);
        return Edits.patchStatus(object, patch);
    }

    /** A status to change: a copy of the current one. */
    public static ObjectNode copyOf(JsonNode status) {
        return status instanceof ObjectNode object ? object.deepCopy() : Json.MAPPER.createObjectNode();
    }

    /** Sets a count; one of zero is omitted, as in Kubernetes. */
    public static void count(ObjectNode status, String field, int value) {
        if (value > 0) {
            status.put(field, value);
        } else {
            status.remove(field);
        }
    }

    private static void removed(JsonNode old, ObjectNode patch) {
        old.properties().forEach(field -> {
            JsonNode next = patch.get(field.getKey());
            if (next == null) {
                patch.putNull(field.getKey());
            } else if (next instanceof ObjectNode inner) {
                removed(field.getValue(), inner);
            }
        });
    }
}
