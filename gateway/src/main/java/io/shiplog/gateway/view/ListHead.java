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

    public static ListHead of(long revision) {
        return new ListHead(revision, "", null);
    }

    ObjectNode metadata() {
        ObjectNode metadata = Json.MAPPER.createObjectNode();
        metadata.put("resourceVersion", Long.toString(revision));
        if (!continueToken.isEmpty()) {
            metadata.put("continue", continueToken);
        }
        if (remaining != null) {
            metadata.put("remainingItemCount", remaining);
        }
        return metadata;
    }
}
