package io.shiplog.gateway.history;

import io.shiplog.events.log.Event;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Reads the main shard backwards for a limited time, however few events pass the filter. Waits for the log. */
final class SearchWalk {
    /** The longest that a walk begins another stretch after its start. */
    static final Duration PATIENCE = Duration.ofSeconds(1);
    /** Revisions that are read before the time is looked at again. */
    static final long STRETCH = 8_192;

    private final LogHistory history;
    private final String shard;
    private final long oldest;
    private final LongSupplier nanos;

    /**
     * @param oldest the revision at which the walk ends
     * @param nanos a clock that only goes forward, as {@link System#nanoTime}
     */
    SearchWalk(LogHistory history, String shard, long oldest, LongSupplier nanos) {
        this.history = history;
        this.shard = shard;
        this.oldest = oldest;
        this.nanos = nanos;
    }

    /**
     * Walks until enough events are found, the log ends, or the time is up.
     *
     * @param from the newest revision to read
     * @param limit how many events are enough
     * @param take takes events, newest first; says how many of them it found
     * @return the newest revision that was not read
     */
    long back(long from, ChangeFilter filter, int limit, Function<List<Event>, Integer> take) {
        long end = nanos.getAsLong() + PATIENCE.toNanos();
        long position = from;
        int found = 0;
        while (position >= oldest && found < limit && nanos.getAsLong() - end < 0) {
            long first = Math.max(oldest, position - STRETCH + 1);
            ChangePage page =
                    Past.await(history.page(ChangeQuery.newestFirst(shard, first, position, filter), limit - found));
            found += take.apply(page.events());
            position = page.last() ? first - 1 : page.next();
        }
        return position;
    }
}
