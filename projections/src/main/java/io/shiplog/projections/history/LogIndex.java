package io.shiplog.projections.history;

import java.time.Instant;
import java.util.Optional;

/**
 * Names the ranges of a shard that may hold a match, so that the others need not be read. False positives are possible, false
 * negatives are not. Fast, and never waits for the log.
 */
public interface LogIndex {
    /** An empty index: a match can be anywhere. */
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

    /** The first range from one revision to another, both included, that may hold a matching event. */
    Optional<Stretch> first(ChangeFilter filter, long from, long to);

    /** The last such range. */
    Optional<Stretch> last(ChangeFilter filter, long from, long to);

    /** The first range from one revision to another that may hold an event later than a moment. */
    Optional<Stretch> firstLater(Instant time, long from, long to);

    /** Consecutive revisions, both ends included. */
    record Stretch(long from, long to) {
        /** None if the end is before the beginning. */
        public static Optional<Stretch> ifAny(long from, long to) {
            return from <= to ? Optional.of(new Stretch(from, to)) : Optional.empty();
        }
    }
}
