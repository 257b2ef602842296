package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.projections.StoredObject;
import org.jspecify.annotations.Nullable;

/** From the status that is to the status that should be. */
public final class StatusChange {
    private StatusChange() {}

    /** The command that makes one of the other: what is no longer there goes. Null where they are the same. */
    public static @Nullable Command of(StoredObject object, JsonNode old, ObjectNode next) {
        // Through bytes and back, since a number's width is no difference.
        if (Json.of(next).tree().equals(old)) {
            return null;
        }
        ObjectNode patch = next.deepCopy();
        old.fieldNames().forEachRemaining(field -> {
            if (!next.has(field)) {
                patch.putNull(field);
            }
        });
        return Edits.patchStatus(object, patch);
    }
}
