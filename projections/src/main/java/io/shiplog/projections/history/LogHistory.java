package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.RecordPosition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The events of the past. Calls return at once; stages complete on threads of the history's own, and fail with {@code
 * EventLog.CutLogException} where the log no longer holds what was asked for, with {@code EventLog.LogUnavailableException} where
 * it cannot be read now.
 */
public interface LogHistory {
    /** The most events of one page. */
    int MAX_PAGE = 1_000;

    /** Which revisions a shard holds now, every write in it that was acknowledged before the call. */
    CompletionStage<Span> span(String shard);

    /**
     * One page of the events that a query is about, in its order. A query that begins before the oldest revision fails; one that
     * ends after the newest ends there.
     *
     * @param limit from 1 to {@link #MAX_PAGE}. A page may hold fewer events although more follow: {@link ChangePage#next} tells
     */
    CompletionStage<ChangePage> page(ChangeQuery query, int limit);

    /** The events, in the order given, each with its object before it. They must be of one shard. */
    CompletionStage<List<PastChange>> withBefore(List<Event> events);

    /** Where the record of an event lies; empty where no broker holds it. */
    CompletionStage<Optional<RecordPosition>> position(String shard, long revision);

    /**
     * The revision of the newest event of the longest beginning of the shard no event of which is later than the moment (see
     * ADR 0502); the revision before the oldest one if there is none.
     */
    CompletionStage<Long> revisionAt(String shard, Instant time);

    /**
     * What a shard holds.
     *
     * @param oldest the first revision that can be read: 1 unless the log was cut
     * @param newest the last one; {@code oldest - 1} if there is none
     */
    record Span(long oldest, long newest) {
        public boolean holds(long revision) {
            return oldest <= revision && revision <= newest;
        }
    }
}
