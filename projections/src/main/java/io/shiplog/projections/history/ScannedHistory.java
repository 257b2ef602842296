package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogIndex.Stretch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Answers by reading the log itself, range by range, and needs nothing else. If a shard has an index, it reads only the ranges
 * that the index names.
 */
public final class ScannedHistory implements LogHistory, AutoCloseable {
    /** Events read at a time. */
    static final int STRETCH_EVENTS = 8_192;
    /** A page ends after this many events, however few of them match: the caller gets an answer and requests the next page. */
    static final int MAX_SCANNED = 262_144;
    /** Single events with fewer others between them are read in one pass. */
    private static final int GAP = 64;
    /** Maximum number of concurrent queries; more wait. */
    private static final int MAX_SCANS = 4;

    private final Map<String, EventLog> logs;
    private final Map<String, ? extends LogIndex> indexes;
    /** A known end of each shard. */
    private final Map<String, Long> ends = new ConcurrentHashMap<>();

    private final ExecutorService scans = Executors.newFixedThreadPool(
            MAX_SCANS, Thread.ofVirtual().name("log-history-", 0).factory());

    /** @param logs all shards by name; their owner closes them */
    public ScannedHistory(Map<String, EventLog> logs) {
        this(logs, Map.of());
    }

    /**
     * @param logs all shards by name
     * @param indexes of some of them, by shard name. The owner closes logs and indexes
     */
    public ScannedHistory(Map<String, EventLog> logs, Map<String, ? extends LogIndex> indexes) {
        this.logs = Map.copyOf(logs);
        this.indexes = Map.copyOf(indexes);
    }

    @Override
    public CompletionStage<Span> span(String shard) {
        EventLog log = log(shard);
        return endFor(log, Long.MAX_VALUE).thenApplyAsync(newest -> new Span(log.oldest(), newest), scans);
    }

    @Override
    public CompletionStage<ChangePage> page(ChangeQuery query, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page of %d events: from 1 to %d".formatted(limit, MAX_PAGE));
        }
        EventLog log = log(query.shard());
        return endFor(log, query.to())
                .thenApplyAsync(
                        newest -> {
                            mustHold(log, query.from());
                            long to = Math.min(query.to(), newest);
                            return query.order() == Order.OLDEST_FIRST
                                    ? forwards(log, query, to, limit)
                                    : backwards(log, query, to, limit);
                        },
                        scans);
    }

    /** The log's end; or a known earlier one, if that is sufficient: a log only grows, and finding its end takes time. */
    private CompletionStage<Long> endFor(EventLog log, long to) {
        long seen = ends.getOrDefault(log.shard(), -1L);
        return to <= seen
                ? CompletableFuture.completedFuture(seen)
                : log.end().thenApply(end -> {
                    ends.put(log.shard(), end);
                    return end;
                });
    }

    private static void mustHold(EventLog log, long revision) {
        long oldest = log.oldest();
        if (revision < oldest) {
            throw new EventLog.CutLogException(revision, oldest);
        }
    }

    private ChangePage forwards(EventLog log, ChangeQuery query, long to, int limit) {
        Found found = new Found(query.filter());
        LogIndex index = index(log);
        long position = query.from() - 1;
        long budget = MAX_SCANNED;
        while (position < to && budget > 0 && found.events.size() < limit) {
            Optional<Stretch> stretch = index.first(query.filter(), position + 1, to);
            if (stretch.isEmpty()) {
                position = to;
            } else {
                long after = stretch.get().from() - 1;
                position = Math.min(stretch.get().to(), after + Math.min(budget, STRETCH_EVENTS));
                found.read(log, after, position);
                budget -= position - after;
            }
        }
        if (found.events.size() > limit) {
            position = found.events.get(limit - 1).revision();
            found.cutAfter(position);
        }
        return new ChangePage(found.events, found.unreadable, position < to ? position + 1 : 0);
    }

    private ChangePage backwards(EventLog log, ChangeQuery query, long to, int limit) {
        List<Event> events = new ArrayList<>();
        List<Long> unreadable = new ArrayList<>();
        LogIndex index = index(log);
        long position = to;
        long budget = MAX_SCANNED;
        while (position >= query.from() && budget > 0 && events.size() < limit) {
            Optional<Stretch> stretch = index.last(query.filter(), query.from(), position);
            if (stretch.isEmpty()) {
                position = query.from() - 1;
                continue;
            }
            long upTo = stretch.get().to();
            position = Math.max(stretch.get().from() - 1, upTo - Math.min(budget, STRETCH_EVENTS));
            Found found = new Found(query.filter());
            found.read(log, position, upTo);
            budget -= upTo - position;
            if (events.size() + found.events.size() > limit) {
                position = found.events
                                .get(found.events.size() - (limit - events.size()))
                                .revision()
                        - 1;
                found.cutUpTo(position);
            }
            events.addAll(found.events.reversed());
            unreadable.addAll(found.unreadable.reversed());
        }
        return new ChangePage(events, unreadable, position >= query.from() ? position : 0);
    }

    /** The matching events that were read, oldest first. */
    private static final class Found {
        private final ChangeFilter filter;
        private final List<Event> events = new ArrayList<>();
        private final List<Long> unreadable = new ArrayList<>();

        Found(ChangeFilter filter) {
            this.filter = filter;
        }

        /** Revisions are dense: if one is missing, its record was quarantined. */
        void read(EventLog log, long after, long upTo) {
            long[] expected = {after + 1};
            log.read(after, upTo, batch -> {
                for (Event event : batch) {
                    missing(expected[0], event.revision());
                    expected[0] = event.revision() + 1;
                    if (filter.test(event)) {
                        events.add(event);
                    }
                }
            });
            missing(expected[0], upTo + 1);
        }

        private void missing(long from, long until) {
            for (long revision = from; revision < until; revision++) {
                unreadable.add(revision);
            }
        }

        void cutAfter(long revision) {
            events.removeIf(event -> event.revision() > revision);
            unreadable.removeIf(each -> each > revision);
        }

        void cutUpTo(long revision) {
            events.removeIf(event -> event.revision() <= revision);
            unreadable.removeIf(each -> each <= revision);
        }
    }

    @Override
    public CompletionStage<List<PastChange>> withBefore(List<Event> events) {
        if (events.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        EventLog log = log(events.getFirst().shard());
        return CompletableFuture.supplyAsync(() -> withBefore(log, events), scans);
    }

    private List<PastChange> withBefore(EventLog log, List<Event> events) {
        Map<Long, Event> known = new HashMap<>();
        events.forEach(event -> known.put(event.revision(), event));
        long oldest = log.oldest();
        TreeSet<Long> wanted = new TreeSet<>();
        for (Event event : events) {
            Long previous = event.previous();
            if (previous != null && previous >= oldest && !known.containsKey(previous)) {
                wanted.add(previous);
            }
        }
        read(log, wanted).forEach(event -> known.put(event.revision(), event));
        return events.stream()
                .map(event -> withBefore(event, before(log, oldest, event, known)))
                .toList();
    }

    private static PastChange withBefore(Event event, @Nullable Event before) {
        if (before != null) {
            return PastChange.after(before, event);
        }
        Long previous = event.previous();
        boolean made = previous == null ? event.type().creates() : previous == 0;
        return made ? PastChange.making(event) : PastChange.afterUnknown(event);
    }

    /**
     * The previous event, null if there is none or it is unknown. A record of an older version does not name it: it is
     * searched.
     */
    private @Nullable Event before(EventLog log, long oldest, Event event, Map<Long, Event> known) {
        Long previous = event.previous();
        if (previous != null) {
            return known.get(previous);
        }
        if (event.type().creates()) {
            return null;
        }
        ChangeQuery query =
                ChangeQuery.newestFirst(log.shard(), oldest, event.revision() - 1, ChangeFilter.of(event.key()));
        ChangePage page = backwards(log, query, query.to(), 1);
        while (page.events().isEmpty() && !page.last()) {
            page = backwards(log, query, page.next(), 1);
        }
        return page.events().isEmpty() ? null : page.events().getFirst();
    }

    /** Reads single events, nearby ones in one pass. */
    private static List<Event> read(EventLog log, TreeSet<Long> revisions) {
        List<Event> events = new ArrayList<>();
        while (!revisions.isEmpty()) {
            long from = revisions.first();
            long to = from;
            for (Long next = from; next != null && next - to <= GAP; next = revisions.higher(next)) {
                to = next;
            }
            log.read(
                    from - 1,
                    to,
                    batch -> batch.stream()
                            .filter(event -> revisions.contains(event.revision()))
                            .forEach(events::add));
            revisions.headSet(to, true).clear();
        }
        return events;
    }

    @Override
    public CompletionStage<Optional<RecordPosition>> position(String shard, long revision) {
        EventLog log = log(shard);
        return CompletableFuture.supplyAsync(() -> log.position(revision), scans);
    }

    @Override
    public CompletionStage<Long> revisionAt(String shard, Instant time) {
        EventLog log = log(shard);
        return log.end().thenApplyAsync(newest -> lastNotAfter(log, newest, time), scans);
    }

    private long lastNotAfter(EventLog log, long newest, Instant time) {
        long position = log.oldest() - 1;
        while (position < newest) {
            Optional<Stretch> stretch = index(log).firstLater(time, position + 1, newest);
            if (stretch.isEmpty()) {
                return newest;
            }
            long after = stretch.get().from() - 1;
            position = Math.min(stretch.get().to(), after + STRETCH_EVENTS);
            long later = firstLater(log, after, position, time);
            if (later > 0) {
                return later - 1;
            }
        }
        return newest;
    }

    /** The first event in a range that is later than a moment, 0 if none is. */
    private static long firstLater(EventLog log, long after, long upTo, Instant time) {
        long[] later = {0};
        log.read(after, upTo, batch -> {
            for (Event event : batch) {
                if (later[0] == 0 && event.time().isAfter(time)) {
                    later[0] = event.revision();
                }
            }
        });
        return later[0];
    }

    private EventLog log(String shard) {
        return Objects.requireNonNull(logs.get(shard), () -> "there is no shard " + shard);
    }

    private LogIndex index(EventLog log) {
        LogIndex index = indexes.get(log.shard());
        return index == null ? LogIndex.NONE : index;
    }

    /** Ends the running scans. */
    @Override
    public void close() {
        scans.shutdownNow();
    }
}
