package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.RecordPosition;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogIndex.Stretch;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
    /** Most events read at a time. */
    static final int STRETCH_EVENTS = 8_192;
    /** Events of the first range. Each range is twice as long as the one before while it holds little. */
    private static final int FIRST_STRETCH_EVENTS = 16;
    /** After a range with more bytes than this, the next one is shorter. */
    private static final long STRETCH_BYTES = 4L << 20;
    /** A page ends with the event that makes its objects this large together. */
    static final long MAX_PAGE_BYTES = 2L << 20;
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
    public Map<String, Long> rejected() {
        Map<String, Long> rejected = new TreeMap<>();
        logs.forEach((shard, log) -> rejected.put(shard, log.rejected()));
        return rejected;
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
        Page page = new Page(query, limit);
        LogIndex index = index(log);
        long position = query.from() - 1;
        long budget = MAX_SCANNED;
        while (position < to && budget > 0 && !page.isFull()) {
            Optional<Stretch> stretch = index.first(query.filter(), position + 1, to);
            if (stretch.isEmpty()) {
                position = to;
            } else {
                long after = stretch.get().from() - 1;
                long upTo = Math.min(stretch.get().to(), after + Math.min(budget, page.stretchEvents));
                budget -= upTo - after;
                Found found = page.read(log, after, upTo);
                position = found.cut ? found.events.getLast().revision() : upTo;
                found.unreadable.headSet(position, true).forEach(page.unreadable::add);
                page.events.addAll(found.events);
            }
        }
        return page.whole(position < to ? position + 1 : 0);
    }

    private ChangePage backwards(EventLog log, ChangeQuery query, long to, int limit) {
        Page page = new Page(query, limit);
        LogIndex index = index(log);
        long position = to;
        long budget = MAX_SCANNED;
        while (position >= query.from() && budget > 0 && !page.isFull()) {
            Optional<Stretch> stretch = index.last(query.filter(), query.from(), position);
            if (stretch.isEmpty()) {
                position = query.from() - 1;
                continue;
            }
            long upTo = stretch.get().to();
            long after = Math.max(stretch.get().from() - 1, upTo - Math.min(budget, page.stretchEvents));
            budget -= upTo - after;
            Found found = page.read(log, after, upTo);
            position = found.cut ? found.events.getFirst().revision() - 1 : after;
            page.unreadable.addAll(found.unreadable.tailSet(position, false).descendingSet());
            found.events.descendingIterator().forEachRemaining(page.events::add);
        }
        return page.whole(position >= query.from() ? position : 0);
    }

    /** A page as it grows: it holds few events, and few bytes. */
    private static final class Page {
        private final ChangeQuery query;
        private final int limit;
        private final List<Event> events = new ArrayList<>();
        private final List<Long> unreadable = new ArrayList<>();
        private long bytes;
        private long stretchEvents = FIRST_STRETCH_EVENTS;

        Page(ChangeQuery query, int limit) {
            this.query = query;
            this.limit = limit;
        }

        boolean isFull() {
            return events.size() >= limit || bytes >= MAX_PAGE_BYTES;
        }

        /** What a stretch adds to the page. */
        Found read(EventLog log, long after, long upTo) {
            Found found = new Found(query, limit - events.size(), MAX_PAGE_BYTES - bytes);
            found.read(log, after, upTo);
            bytes += found.bytes;
            stretchEvents = found.bytesRead > STRETCH_BYTES
                    ? Math.max(1, stretchEvents / 2)
                    : Math.min(STRETCH_EVENTS, stretchEvents * 2);
            return found;
        }

        ChangePage whole(long next) {
            return new ChangePage(events, unreadable, next);
        }
    }

    /** What was read of a stretch that passes a filter, oldest first: as much as there is room for, and one event at least. */
    private static final class Found {
        private final ChangeFilter filter;
        private final boolean oldestFirst;
        private final int limit;
        private final long maxBytes;
        private final ArrayDeque<Event> events = new ArrayDeque<>();
        private final TreeSet<Long> unreadable = new TreeSet<>();
        private long bytes;
        private long bytesRead;
        /** There was no room for some of it: in the query's order, what is behind the events kept. */
        private boolean cut;

        Found(ChangeQuery query, int limit, long maxBytes) {
            this.filter = query.filter();
            this.oldestFirst = query.order() == Order.OLDEST_FIRST;
            this.limit = limit;
            this.maxBytes = maxBytes;
        }

        /** Revisions are dense: if one is missing, its record was quarantined. */
        void read(EventLog log, long after, long upTo) {
            long[] expected = {after + 1};
            log.read(after, upTo, batch -> {
                for (Event event : batch) {
                    missing(expected[0], event.revision());
                    expected[0] = event.revision() + 1;
                    bytesRead += event.object().size();
                    if (filter.test(event)) {
                        add(event);
                    }
                }
            });
            missing(expected[0], upTo + 1);
        }

        private void add(Event event) {
            if (!oldestFirst) {
                events.addLast(event);
                bytes += event.object().size();
                while (events.size() > limit
                        || events.size() > 1
                                && bytes - events.getFirst().object().size() >= maxBytes) {
                    bytes -= events.removeFirst().object().size();
                    cut = true;
                }
            } else if (events.size() < limit && bytes < maxBytes) {
                events.addLast(event);
                bytes += event.object().size();
            } else {
                cut = true;
            }
        }

        private void missing(long from, long until) {
            for (long revision = from; revision < until; revision++) {
                unreadable.add(revision);
            }
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
                ChangeQuery.newestFirst(log.shard(), oldest, event.revision() - 1, ChangeFilter.ofStates(event.key()));
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
