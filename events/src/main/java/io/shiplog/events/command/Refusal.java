package io.shiplog.events.command;

import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a command was rejected: a value, with Kubernetes' messages. It becomes a {@code Status} once, at the edge.
 *
 * @param message the sentence that kubectl shows
 * @param key the object in question, if there is one
 * @param kind the value of {@code details.kind}: the plural resource name, or the kind for Invalid, as Kubernetes does
 * @param causes field errors, for {@link Reason#INVALID}
 * @param retryAfterSeconds how long the client should wait, or 0
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/">Status</a>
 */
public record Refusal(
        Reason reason,
        String message,
        @Nullable ObjectKey key,
        @Nullable String kind,
        List<Cause> causes,
        int retryAfterSeconds) {

    /** Characters of a message. Longer ones are truncated: they contain input of the client. */
    public static final int MAX_MESSAGE = 128 * 1024;

    public Refusal {
        causes = List.copyOf(causes);
        message = cut(message);
    }

    private static String cut(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message;
    }

    public static Refusal of(Reason reason, String message) {
        return new Refusal(reason, message, null, null, List.of(), 0);
    }

    public static Refusal of(Reason reason, String message, ObjectKey key) {
        return new Refusal(reason, message, key, key.type().resource(), List.of(), 0);
    }

    /** {@code pods "web-1" not found}. */
    public static Refusal notFound(ObjectKey key) {
        return of(Reason.NOT_FOUND, "%s \"%s\" not found".formatted(key.type().qualified(), key.name()), key);
    }

    /** {@code pods "web-1" already exists}. */
    public static Refusal alreadyExists(ObjectKey key) {
        return of(
                Reason.ALREADY_EXISTS,
                "%s \"%s\" already exists".formatted(key.type().qualified(), key.name()),
                key);
    }

    /** {@code pods "web-1" is forbidden: <why>}: a rejection by admission. */
    public static Refusal forbidden(ObjectKey key, String why) {
        return of(
                Reason.FORBIDDEN,
                "%s \"%s\" is forbidden: %s".formatted(key.type().qualified(), key.name(), why),
                key);
    }

    /** {@code Operation cannot be fulfilled on pods "web-1": <why>}. */
    public static Refusal conflict(ObjectKey key, String why) {
        return of(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on %s \"%s\": %s"
                        .formatted(key.type().qualified(), key.name(), why),
                key);
    }

    /** The message of a failed optimistic write. */
    public static final String MODIFIED =
            "the object has been modified; please apply your changes to the latest version and try again";

    /** One field error. {@code reason} is a Kubernetes cause type such as {@code FieldValueRequired}. */
    public record Cause(String reason, String message, String field) {
        public Cause {
            message = cut(message);
        }
    }

    /** Kubernetes' status reasons, each with its HTTP code. */
    public enum Reason {
        BAD_REQUEST("BadRequest", 400),
        UNAUTHORIZED("Unauthorized", 401),
        FORBIDDEN("Forbidden", 403),
        NOT_FOUND("NotFound", 404),
        METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
        NOT_ACCEPTABLE("NotAcceptable", 406),
        REQUEST_TIMEOUT("Timeout", 408),
        ALREADY_EXISTS("AlreadyExists", 409),
        CONFLICT("Conflict", 409),
        GONE("Gone", 410),
        EXPIRED("Expired", 410),
        REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413),
        UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415),
        INVALID("Invalid", 422),
        TOO_MANY_REQUESTS("TooManyRequests", 429),
        INTERNAL_ERROR("InternalError", 500),
        /** Kubernetes' answer to an error without a reason of its own. */
        UNKNOWN("", 500),
        SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
        TIMEOUT("Timeout", 504);

        private final String word;
        private final int code;

        Reason(String word, int code) {
            this.word = word;
            this.code = code;
        }

        /** The value in a Status. */
        public String word() {
            return word;
        }

        /** The HTTP status code. */
        public int code() {
            return code;
        }
    }
}
