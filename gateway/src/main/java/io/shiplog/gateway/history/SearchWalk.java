package io.shiplog.gateway.history;

import io.shiplog.events.log.Event;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.Past;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Reads a shard backwards for a limited time, however few events pass the filter. Waits for the log. */
final class SearchWalk {
    /** No stretch is begun later than this after the walk was made. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LogHistory history;
    private final String shard;
    private final long oldest;
    private final LongSupplier nanos;
    private final long end;

    /**
     * @param oldest the revision at which the walk ends
     * @param nanos a clock that only goes forward, as {@link System#nanoTime}
     */
    SearchWalk(LogHistory history, String shard, long oldest, LongSupplier nanos) {
        this.history = history;
        this.shard = shard;
        this.oldest = oldest;
        this.nanos = nanos;
        this.end = nanos.getAsLong() + PATIENCE.toNanos();
    }

    /**
     * Walks until the events are enough, the log ends, or the time is up.
     *
     * @param from the newest revision to read
     * @param stretch how many revisions are read before the time is looked at again
     * @param enough takes events, newest first; gives the one with which it has enough, or none to go on
     * @return the newest revision that was not read
     */
    long back(long from, ChangeFilter filter, long stretch, Function<List<Event>, Optional<Event>> enough) {
        long position = from;
        while (position >= oldest && nanos.getAsLong() - end < 0) {
            long first = Math.max(oldest, position - stretch + 1);
            ChangePage page = Past.await(
                    history.page(ChangeQuery.newestFirst(shard, first, position, filter), LogHistory.MAX_PAGE));
            Optional<Event> last = enough.apply(page.events());
            if (last.isPresent()) {
                return last.get().revision() - 1;
            }
            position = page.last() ? first - 1 : page.next();
        }
        return position;
    }
}
