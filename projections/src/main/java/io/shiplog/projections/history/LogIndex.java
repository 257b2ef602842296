package io.shiplog.projections.history;

import java.time.Instant;
import java.util.Optional;

/**
 * Tells in which stretches of a shard an answer can be, so that the others need not be read. It may name too much; it never leaves
 * out an event that a filter lets pass. Quick, and never waits for the log.
 */
public interface LogIndex {
    /** Knows nothing: an answer can be anywhere. */
    LogIndex NONE = new LogIndex() {
        @Override
        public Optional<Stretch> first(ChangeFilter filter, long from, long to) {
            return Stretch.ifAny(from, to);
        }

        @Override
        public Optional<Stretch> last(ChangeFilter filter, long from, long to) {
            return Stretch.ifAny(from, to);
        }

        @Override
        public Optional<Stretch> firstLater(Instant time, long from, long to) {
            return Stretch.ifAny(from, to);
        }
    };

    /** The first stretch from one revision to another, both included, that can hold an event that passes a filter. */
    Optional<Stretch> first(ChangeFilter filter, long from, long to);

    /** The last such stretch. */
    Optional<Stretch> last(ChangeFilter filter, long from, long to);

    /** The first stretch from one revision to another that can hold an event later than a moment. */
    Optional<Stretch> firstLater(Instant time, long from, long to);

    /** Revisions in a row, both ends included. */
    record Stretch(long from, long to) {
        /** None if the end is before the beginning. */
        public static Optional<Stretch> ifAny(long from, long to) {
            return from <= to ? Optional.of(new Stretch(from, to)) : Optional.empty();
        }
    }
}
