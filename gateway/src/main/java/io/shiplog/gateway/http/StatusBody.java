package io.shiplog.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;

/**
 * The {@code Status} object of a refusal.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/">Status</a>
 */
public final class StatusBody {
    private StatusBody() {}

    /** The Status of a refusal. */
    public static ObjectNode failure(Refusal refusal) {
        ObjectNode status = blank("Failure");
        status.put("message", refusal.message());
        if (!refusal.reason().word().isEmpty()) {
            status.put("reason", refusal.reason().word());
        }
        ObjectNode details = details(refusal);
        if (!details.isEmpty() || refusal.key() != null || hasDetails(refusal.reason())) {
            status.set("details", details);
        }
        status.put("code", refusal.reason().code());
        return status;
    }

    /** Whether a Status has details even if there is nothing to say in them. kubectl debug reads those of a 404 unchecked. */
    private static boolean hasDetails(Refusal.Reason reason) {
        return switch (reason) {
            case NOT_FOUND, METHOD_NOT_ALLOWED, FORBIDDEN, INVALID -> true;
            case BAD_REQUEST,
                    UNAUTHORIZED,
                    NOT_ACCEPTABLE,
                    REQUEST_TIMEOUT,
                    ALREADY_EXISTS,
                    CONFLICT,
                    GONE,
                    EXPIRED,
                    REQUEST_ENTITY_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    TOO_MANY_REQUESTS,
                    INTERNAL_ERROR,
                    UNKNOWN,
                    SERVICE_UNAVAILABLE,
                    TIMEOUT -> false;
        };
    }

    /** The answer to a deletion that removed the object. */
    public static ObjectNode deleted(ObjectKey key, String uid) {
        ObjectNode status = blank("Success");
        ObjectNode details = status.putObject("details");
        details.put("name", key.name());
        if (!key.type().group().isEmpty()) {
            details.put("group", key.type().group());
        }
        details.put("kind", key.type().resource());
        if (!uid.isEmpty()) {
            details.put("uid", uid);
        }
        return status;
    }

    /** The answer to a binding or an eviction. */
    public static ObjectNode created() {
        ObjectNode status = blank("Success");
        status.put("code", 201);
        return status;
    }

    private static ObjectNode blank(String word) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", word);
        return status;
    }

    private static ObjectNode details(Refusal refusal) {
        ObjectNode details = Json.MAPPER.createObjectNode();
        ObjectKey key = refusal.key();
        if (key != null) {
            if (!key.name().isEmpty()) {
                details.put("name", key.name());
            }
            if (!key.type().group().isEmpty()) {
                details.put("group", key.type().group());
            }
        }
        if (refusal.kind() != null) {
            details.put("kind", refusal.kind());
        }
        if (!refusal.causes().isEmpty()) {
            ArrayNode causes = details.putArray("causes");
            for (Refusal.Cause cause : refusal.causes()) {
                ObjectNode each = causes.addObject();
                each.put("reason", cause.reason());
                each.put("message", cause.message());
                if (!cause.field().isEmpty()) {
                    each.put("field", cause.field());
                }
            }
        }
        if (refusal.retryAfterSeconds() > 0) {
            details.put("retryAfterSeconds", refusal.retryAfterSeconds());
        }
        return details;
    }
}
