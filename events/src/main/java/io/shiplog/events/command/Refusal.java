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

    /** Whether a refused command may be accepted if it is sent again, and when. */
    public enum Retry {
        /** The same command is always refused. */
        NEVER,
        /** The command was decided on an older state than its sender knows by now: one made from the newest state may be accepted. */
        WITH_NEWER_STATE,
        /** The same command may be accepted after a pause. */
        LATER,
        /** No process writes the log at the moment: the same command may be accepted as soon as one does. */
        WITH_NEXT_WRITER,
        /** A fault of the server: the same command may be accepted after a pause, and the fault should be logged. */
        AFTER_FAULT
    }

    /** Kubernetes' status reasons, each with its HTTP code. */
    public enum Reason {
        BAD_REQUEST("BadRequest", 400, Retry.NEVER),
        UNAUTHORIZED("Unauthorized", 401, Retry.NEVER),
        FORBIDDEN("Forbidden", 403, Retry.NEVER),
        NOT_FOUND("NotFound", 404, Retry.WITH_NEWER_STATE),
        METHOD_NOT_ALLOWED("MethodNotAllowed", 405, Retry.NEVER),
        NOT_ACCEPTABLE("NotAcceptable", 406, Retry.NEVER),
        REQUEST_TIMEOUT("Timeout", 408, Retry.LATER),
        ALREADY_EXISTS("AlreadyExists", 409, Retry.WITH_NEWER_STATE),
        CONFLICT("Conflict", 409, Retry.WITH_NEWER_STATE),
        GONE("Gone", 410, Retry.NEVER),
        EXPIRED("Expired", 410, Retry.NEVER),
        REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413, Retry.NEVER),
        UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415, Retry.NEVER),
        INVALID("Invalid", 422, Retry.NEVER),
        TOO_MANY_REQUESTS("TooManyRequests", 429, Retry.LATER),
        INTERNAL_ERROR("InternalError", 500, Retry.AFTER_FAULT),
        /** Kubernetes' answer to an error without a reason of its own. */
        UNKNOWN("", 500, Retry.AFTER_FAULT),
        SERVICE_UNAVAILABLE("ServiceUnavailable", 503, Retry.WITH_NEXT_WRITER),
        TIMEOUT("Timeout", 504, Retry.LATER);

        private final String word;
        private final int code;
        private final Retry retry;

        Reason(String word, int code, Retry retry) {
            this.word = word;
            this.code = code;
            this.retry = retry;
        }

        /** The value in a Status. */
        public String word() {
            return word;
        }

        /** The HTTP status code. */
        public int code() {
            return code;
        }

        /** Whether a command refused for this reason may be accepted later. */
        public Retry retry() {
            return retry;
        }
    }
}
