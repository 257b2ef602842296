package io.shiplog.gateway.http;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.projections.travel.TimeTravel.NotYetException;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to a request that failed: the reason if it is a known one, else that it met a bug, which is logged. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    /** Characters of a path in the log. */
    private static final int MAX_LOGGED = 200;

    private Failures() {}

    /** The refusal for a failure of a request about a moment. */
    static Refusal refusal(Moment moment, HttpServerRequest request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean now = moment instanceof Moment.Now;
        return switch (cause) {
            case CutLogException cut ->
                Refusal.of(
                        Reason.EXPIRED,
                        now
                                ? String.valueOf(cut.getMessage())
                                : "%s is no longer in the log: the oldest revision that can be shown is %d"
                                        .formatted(moment.shown(), cut.oldest()));
            case NotYetException notYet ->
                Refusal.of(
                        Reason.BAD_REQUEST,
                        now
                                ? String.valueOf(notYet.getMessage())
                                : "%s is in the future: the newest revision is %d"
                                        .formatted(moment.shown(), notYet.newest()));
            case LogUnavailableException unavailable ->
                new Refusal(Reason.SERVICE_UNAVAILABLE, "the log cannot be reached now", null, null, List.of(), 1);
            default -> {
                LOG.error("{} {} failed", request.method(), shortened(request.path()), cause);
                yield Refusal.of(Reason.INTERNAL_ERROR, "Internal error occurred: this request met a bug");
            }
        };
    }

    /** A path as the log shows it. */
    static String shortened(String path) {
        return path.length() <= MAX_LOGGED ? path : path.substring(0, MAX_LOGGED) + "…";
    }
}
