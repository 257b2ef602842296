package io.shiplog.gateway.http;

import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.Point;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** The state that a request reads: the newest, or an earlier one under {@code /at/…}. */
public sealed interface Moment {
    Moment NOW = new Now();

    /** The first part of a path about the past. */
    String PREFIX = "/at/";

    record Now() implements Moment {}

    record AtRevision(long revision) implements Moment {}

    record AtTime(Instant time) implements Moment {}

    /** Its name in messages. */
    default String shown() {
        return switch (this) {
            case Now() -> "now";
            case AtRevision(long revision) -> "revision " + revision;
            case AtTime(Instant time) -> time.toString();
        };
    }

    /** A path without its moment. */
    record Dated(Moment moment, String rawPath) {}

    /**
     * Parses {@code /at/{point}/…}; any other path reads the present.
     *
     * @param now the present; a time of day without a zone is in UTC
     */
    static Checked<Dated> of(String rawPath, Instant now) {
        if (!rawPath.startsWith(PREFIX)) {
            return Checked.ok(new Dated(NOW, rawPath));
        }
        int end = rawPath.indexOf('/', PREFIX.length());
        String raw = end < 0 ? rawPath.substring(PREFIX.length()) : rawPath.substring(PREFIX.length(), end);
        String rest = end < 0 ? "/" : rawPath.substring(end);
        List<String> decoded = RequestInfo.segments("/" + raw);
        String text = decoded.isEmpty() ? "" : decoded.getFirst();
        return parse(text, now).map(moment -> new Dated(moment, rest));
    }

    /** Parses a {@link Point}, in UTC if it has no zone. */
    static Checked<Moment> parse(String text, Instant now) {
        try {
            return Checked.ok(
                    switch (Point.parse(text, now.atZone(ZoneOffset.UTC))) {
                        case Point.Revision(long revision) -> new AtRevision(revision);
                        case Point.Time(Instant time) -> new AtTime(time);
                    });
        } catch (IllegalArgumentException e) {
            return Checked.bad(String.valueOf(e.getMessage()));
        }
    }
}
