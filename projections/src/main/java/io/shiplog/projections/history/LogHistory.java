package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.RecordPosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The events of the past. Calls return at once; stages complete on the history's own threads, and fail with {@code
 * EventLog.CutLogException} if the log no longer holds the events, with {@code EventLog.LogUnavailableException} if it cannot
 * be read now.
 */
public interface LogHistory {
    /** Maximum number of events per page. */
    int MAX_PAGE = 1_000;

    /** The revisions that a shard holds now, including every write that was acknowledged before the call. */
    CompletionStage<Span> span(String shard);

    /** How many records of each shard's topic this process did not believe: see {@link io.shiplog.events.log.EventLog#rejected}. */
    Map<String, Long> rejected();

    /**
     * One page of a query's events, in its order. A query that begins before the oldest revision fails; one that ends after the
     * newest ends there.
     *
     * @param limit from 1 to {@link #MAX_PAGE}. A page may hold fewer events although more follow: see {@link ChangePage#next}
     */
    CompletionStage<ChangePage> page(ChangeQuery query, int limit);

    /**
     * The events, in the given order, each with its previous object. They must be of one shard. All of them are in memory at
     * once: callers pass few events.
     */
    CompletionStage<List<PastChange>> withBefore(List<Event> events);

    /** The position of an event's record; empty if no broker holds it. */
    CompletionStage<Optional<RecordPosition>> position(String shard, long revision);

    /**
     * The revision of the newest event in the longest prefix of the shard in which no event is later than the moment (see ADR
     * 0502); the revision before the oldest one if there is none.
     */
    CompletionStage<Long> revisionAt(String shard, Instant time);

    /**
     * The revisions that a shard holds.
     *
     * @param oldest the first revision that can be read: 1 unless the log was truncated
     * @param newest the last one; {@code oldest - 1} if there is none
     */
    record Span(long oldest, long newest) {
        public boolean holds(long revision) {
            return oldest <= revision && revision <= newest;
        }
    }
}
