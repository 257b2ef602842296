package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a list.
 *
 * @param continueToken empty on the last page
 * @param remaining how many are left after this page, null if not counted
 */
public record ListHead(
        long revision, String continueToken, @Nullable Long remaining) {

    private static final int NO_REVISION = -1;

    /** For a list that is not of the log, and has no version. */
    public static final ListHead NONE = new ListHead(NO_REVISION, "", null);

    public static ListHead of(long revision) {
        return new ListHead(revision, "", null);
    }

    ObjectNode metadata() {
        ObjectNode metadata = Json.MAPPER.createObjectNode();
        if (revision != NO_REVISION) {
            metadata.put("resourceVersion", Long.toString(revision));
        }
        if (!continueToken.isEmpty()) {
            metadata.put("continue", continueToken);
        }
        if (remaining != null) {
            metadata.put("remainingItemCount", remaining);
        }
        return metadata;
    }
}
