package io.shiplog.projections.history;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.ChangeQuery.Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers by reading the log itself, stretch by stretch, and needs nothing beside it. */
public final class ScannedHistory implements LogHistory, AutoCloseable {
    /** Events read at a time. */
    static final int STRETCH_EVENTS = 8_192;
    /** After so many events a page ends, however few of them fit: whoever asks gets an answer, and asks on. */
    static final int MAX_SCANNED = 262_144;
    /** Questions that are answered at the same time; more wait. */
    private static final int MAX_SCANS = 4;

    private final Map<String, EventLog> logs;
    private final ExecutorService scans = Executors.newFixedThreadPool(
            MAX_SCANS, Thread.ofVirtual().name("log-history-", 0).factory());

    /** @param logs all shards by name; they stay their owner's to close */
    public ScannedHistory(Map<String, EventLog> logs) {
        this.logs = Map.copyOf(logs);
    }

    @Override
    public CompletionStage<Span> span(String shard) {
        EventLog log = log(shard);
        return log.end().thenApplyAsync(newest -> new Span(log.oldest(), newest), scans);
    }

    @Override
    public CompletionStage<ChangePage> page(ChangeQuery query, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page of %d events: from 1 to %d".formatted(limit, MAX_PAGE));
        }
        EventLog log = log(query.shard());
        return log.end()
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

    private static void mustHold(EventLog log, long revision) {
        long oldest = log.oldest();
        if (revision < oldest) {
            throw new EventLog.CutLogException(revision, oldest);
        }
    }

    private static ChangePage forwards(EventLog log, ChangeQuery query, long to, int limit) {
        Stretch found = new Stretch(query.filter());
        long enough = Math.min(to, query.from() - 1 + MAX_SCANNED);
        long position = query.from() - 1;
        while (position < enough && found.events.size() < limit) {
            long target = Math.min(enough, position + STRETCH_EVENTS);
            found.read(log, position, target);
            position = target;
        }
        if (found.events.size() > limit) {
            position = found.events.get(limit - 1).revision();
            found.cutAfter(position);
        }
        return new ChangePage(found.events, found.unreadable, position < to ? position + 1 : 0);
    }

    private static ChangePage backwards(EventLog log, ChangeQuery query, long to, int limit) {
        List<Event> events = new ArrayList<>();
        List<Long> unreadable = new ArrayList<>();
        long enough = Math.max(query.from(), to - MAX_SCANNED + 1);
        long position = to;
        while (position >= enough && events.size() < limit) {
            long start = Math.max(enough, position - STRETCH_EVENTS + 1);
            Stretch found = new Stretch(query.filter());
            found.read(log, start - 1, position);
            position = start - 1;
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

    /** What a stretch of the log holds that passes a filter, oldest first. */
    private static final class Stretch {
        private final ChangeFilter filter;
        private final List<Event> events = new ArrayList<>();
        private final List<Long> unreadable = new ArrayList<>();

        Stretch(ChangeFilter filter) {
            this.filter = filter;
        }

        /** Revisions are dense: where one is missing, its record was quarantined. */
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
        return CompletableFuture.supplyAsync(() -> new Befores(events).lookIn(log), scans);
    }

    /** Walks back from the newest of some events until each has met the one before it. */
    private static final class Befores {
        private final List<Event> asked;
        private final Set<Long> open = new HashSet<>();
        private final Map<ObjectKey, Event> waiting = new HashMap<>();
        private final Map<Long, PastChange> found = new HashMap<>();

        Befores(List<Event> asked) {
            this.asked = asked;
            asked.forEach(event -> open.add(event.revision()));
        }

        List<PastChange> lookIn(EventLog log) {
            long position = Collections.max(open);
            long oldest = log.oldest();
            while (position >= oldest && !(open.isEmpty() && waiting.isEmpty())) {
                long start = Math.max(oldest, position - STRETCH_EVENTS + 1);
                List<Event> stretch = new ArrayList<>();
                log.read(start - 1, position, stretch::addAll);
                stretch.reversed().forEach(this::passed);
                position = start - 1;
            }
            return asked.stream()
                    .map(event -> found.getOrDefault(event.revision(), PastChange.afterUnknown(event)))
                    .toList();
        }

        private void passed(Event event) {
            Event later = waiting.remove(event.key());
            if (later != null) {
                found.put(later.revision(), PastChange.after(event, later));
            }
            if (open.remove(event.revision())) {
                if (event.type().creates()) {
                    found.put(event.revision(), PastChange.making(event));
                } else {
                    waiting.put(event.key(), event);
                }
            }
        }
    }

    @Override
    public CompletionStage<Long> revisionAt(String shard, Instant time) {
        EventLog log = log(shard);
        return log.end().thenApplyAsync(newest -> lastNotAfter(log, newest, time), scans);
    }

    private static long lastNotAfter(EventLog log, long newest, Instant time) {
        long position = log.oldest() - 1;
        while (position < newest) {
            long[] later = {0};
            long target = Math.min(newest, position + STRETCH_EVENTS);
            log.read(position, target, batch -> {
                for (Event event : batch) {
                    if (later[0] == 0 && event.time().isAfter(time)) {
                        later[0] = event.revision();
                    }
                }
            });
            if (later[0] > 0) {
                return later[0] - 1;
            }
            position = target;
        }
        return newest;
    }

    private EventLog log(String shard) {
        return Objects.requireNonNull(logs.get(shard), () -> "there is no shard " + shard);
    }

    /** Ends the scans that are under way. */
    @Override
    public void close() {
        scans.shutdownNow();
    }
}
