package io.shiplog.docker.transfer;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** A point in a cluster's past: a revision of the main shard, or a time. */
public sealed interface Point {
    record Revision(long revision) implements Point {}

    record Time(Instant time) implements Point {}

    /**
     * Reads a revision, as {@code 1234}, or an RFC 3339 time.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Point parse(String text) {
        try {
            return text.matches("[0-9]+")
                    ? new Revision(Long.parseLong(text))
                    : new Time(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' is no moment: a moment is a revision, as in 1234, or an RFC 3339 time, as in 2026-11-22T03:12:00Z"
                            .formatted(text),
                    e);
        }
    }
}
