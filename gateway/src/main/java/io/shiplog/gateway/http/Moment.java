package io.shiplog.gateway.http;

import io.shiplog.gateway.outcome.Checked;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Which state a request is about: the newest, or an earlier one under {@code /at/…}. */
public sealed interface Moment {
    Moment NOW = new Now();

    /** The first part of a path about the past. */
    String PREFIX = "/at/";

    record Now() implements Moment {}

    record AtRevision(long revision) implements Moment {}

    record AtTime(Instant time) implements Moment {}

    /** How messages name it. */
    default String shown() {
        return switch (this) {
            case Now() -> "now";
            case AtRevision(long revision) -> "revision " + revision;
            case AtTime(Instant time) -> time.toString();
        };
    }

    /** A path with its moment taken off. */
    record Dated(Moment moment, String rawPath) {}

    /** Reads {@code /at/{revision or RFC 3339 time}/…}; any other path is about now. */
    static Checked<Dated> of(String rawPath) {
        if (!rawPath.startsWith(PREFIX)) {
            return Checked.fine(new Dated(NOW, rawPath));
        }
        int end = rawPath.indexOf('/', PREFIX.length());
        String raw = end < 0 ? rawPath.substring(PREFIX.length()) : rawPath.substring(PREFIX.length(), end);
        String rest = end < 0 ? "/" : rawPath.substring(end);
        List<String> decoded = RequestInfo.segments("/" + raw);
        String text = decoded.isEmpty() ? "" : decoded.getFirst();
        return parse(text).map(moment -> new Dated(moment, rest));
    }

    /** Reads a revision or an RFC 3339 time. */
    static Checked<Moment> parse(String text) {
        try {
            if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Checked.fine(new AtRevision(Long.parseLong(text)));
            }
            return Checked.fine(new AtTime(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeParseException | NumberFormatException e) {
            return Checked.bad(
                    "\"%s\" is no moment: a moment is a revision, as in 1234, or an RFC 3339 time, as in 2026-11-22T03:12:00Z"
                            .formatted(text));
        }
    }
}
