package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Conditions in a status: reading one, adding or changing one.
 *
 * @see <a
 *     href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties">API
 *     conventions</a>
 */
public final class Conditions {
    private Conditions() {}

    /** The condition of a type, or a missing node. */
    public static JsonNode find(JsonNode conditions, String type) {
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.MAPPER.missingNode();
    }

    /** Whether the condition of a type has this status ({@code True}, {@code False}, {@code Unknown}). */
    public static boolean has(JsonNode conditions, String type, String status) {
        return find(conditions, type).path("status").asText().equals(status);
    }

    /** A condition with the current transition time. */
    public static ObjectNode condition(String type, String status, String reason, String message, Instant now) {
        ObjectNode condition = Json.MAPPER.createObjectNode();
        condition.put("type", type).put("status", status);
        condition.put("lastTransitionTime", time(now));
        return condition.put("reason", reason).put("message", message);
    }

    /** The condition with the generation of the object that it was concluded from. */
    public static ObjectNode observed(ObjectNode condition, JsonNode object) {
        return condition.put(
                "observedGeneration", object.path("metadata").path("generation").asLong(1));
    }

    /**
     * The list with this condition replacing the one of its type, or appended. Its transition time is kept if the status is
     * unchanged; the list is unchanged if only times would differ.
     */
    public static ArrayNode with(JsonNode conditions, ObjectNode condition) {
        ArrayNode next = Json.MAPPER.createArrayNode();
        String type = condition.path("type").asText();
        boolean placed = false;
        for (JsonNode old : conditions) {
            if (old.path("type").asText().equals(type)) {
                next.add(merged(old, condition));
                placed = true;
            } else {
                next.add(old);
            }
        }
        if (!placed) {
            next.add(condition);
        }
        return next;
    }

    /** The list without the conditions of a type. */
    public static ArrayNode without(JsonNode conditions, String type) {
        ArrayNode next = Json.MAPPER.createArrayNode();
        for (JsonNode old : conditions) {
            if (!old.path("type").asText().equals(type)) {
                next.add(old);
            }
        }
        return next;
    }

    private static JsonNode merged(JsonNode old, ObjectNode condition) {
        boolean sameStatus = old.path("status").equals(condition.path("status"));
        if (sameStatus
                && old.path("reason").equals(condition.path("reason"))
                && old.path("message").equals(condition.path("message"))) {
            return old;
        }
        ObjectNode next = condition.deepCopy();
        if (sameStatus && old.has("lastTransitionTime")) {
            next.set("lastTransitionTime", old.get("lastTransitionTime"));
        }
        return next;
    }

    /** RFC 3339 with seconds, as metav1.Time. */
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A time, or null if there is none or it is invalid. */
    public static @Nullable Instant parse(JsonNode time) {
        try {
            return time.isTextual() ? Instant.parse(time.asText()) : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
