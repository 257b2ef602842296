package io.shiplog.gateway.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangePage;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.PastChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SearchWalkTest {
    private static final long STRETCH = 1_000;
    private static final long LONG_LOG = 100 * STRETCH;

    private long nanos;
    private final List<String> asked = new ArrayList<>();

    /** A log without a match, of which each stretch takes a while. */
    private final class SlowHistory implements LogHistory {
        private final long nanosPerPage;

        SlowHistory(long nanosPerPage) {
            this.nanosPerPage = nanosPerPage;
        }

        @Override
        public Map<String, Long> rejected() {
            return Map.of();
        }

        @Override
        public CompletionStage<ChangePage> page(ChangeQuery query, int limit) {
            nanos += nanosPerPage;
            asked.add(query.from() + "-" + query.to());
            return CompletableFuture.completedFuture(new ChangePage(List.of(), List.of(), 0));
        }

        @Override
        public CompletionStage<Span> span(String shard) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<List<PastChange>> withBefore(List<Event> events) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Optional<RecordPosition>> position(String shard, long revision) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Long> revisionAt(String shard, Instant time) {
            throw new UnsupportedOperationException();
        }
    }

    private long walked(long nanosPerPage, long from, long oldest) {
        return new SearchWalk(new SlowHistory(nanosPerPage), "events", oldest, () -> nanos)
                .back(from, ChangeFilter.ALL, STRETCH, events -> Optional.empty());
    }

    @Test
    void aLogThatIsQuickIsWalkedToItsEnd() {
        long stopped = walked(0, LONG_LOG, 1);

        assertEquals(0, stopped);
        assertEquals(100, asked.size());
    }

    @Test
    void aWalkEndsWhenItsTimeIsUpAndSaysHowFarItCame() {
        long third = SearchWalk.PATIENCE.toNanos() / 3 + 1;

        long stopped = walked(third, LONG_LOG, 1);

        assertEquals(3, asked.size());
        assertEquals(LONG_LOG - 3 * STRETCH, stopped);
        assertEquals("%d-%d".formatted(LONG_LOG - STRETCH + 1, LONG_LOG), asked.getFirst());
    }

    @Test
    void twoWalksShareTheirTime() {
        long half = SearchWalk.PATIENCE.toNanos() / 2 + 1;
        SearchWalk walk = new SearchWalk(new SlowHistory(half), "events", 1, () -> nanos);
        walk.back(LONG_LOG, ChangeFilter.ALL, STRETCH, events -> Optional.empty());

        long stopped = walk.back(STRETCH, ChangeFilter.ALL, STRETCH, events -> Optional.empty());

        assertEquals(STRETCH, stopped);
        assertEquals(2, asked.size());
    }

    @Test
    void aLogThatWasCutIsWalkedToItsOldestRevision() {
        long stopped = walked(0, 1_000, 900);

        assertEquals(899, stopped);
        assertEquals(List.of("900-1000"), asked);
    }
}
