package io.shiplog.projections.history.index;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.LogIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of a shard. It follows the shard from its start on; earlier revisions are loaded in the background, from a verified
 * store or from the log, newest first. Unknown revisions count as possible matches, so answers are correct at any time, and
 * fast once it is complete.
 */
public final class SegmentIndex implements LogIndex, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentIndex.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private final EventLog log;
    private final SegmentStore store;
    private final Map<Long, Segment> segments = new ConcurrentHashMap<>();
    /** The numbers of the stored segments. */
    private final Set<Long> stored = ConcurrentHashMap.newKeySet();
    /** Stored segments that are not verified against the log yet, by number. */
    private final Map<Long, byte[]> unproven = new ConcurrentHashMap<>();

    private final ScheduledThreadPoolExecutor background = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("log-index").factory());
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    /** The newest revision before the index began to follow. */
    private final long before;
    /** The newest followed revision. Used only by the tail's thread. */
    private long followed;

    private final EventLog.Tail tail;
    private volatile BooleanSupplier writes = () -> false;

    private SegmentIndex(EventLog log, SegmentStore store) {
        this.log = log;
        this.store = store;
        background.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.before = log.end().toCompletableFuture().join();
        this.followed = before;
        this.tail = log.tail(before, this::follow);
    }

    /**
     * Starts to follow a shard, and to load its past in the background.
     *
     * @throws LogUnavailableException if the end of the log cannot be determined
     */
    public static SegmentIndex start(EventLog log, SegmentStore store) {
        SegmentIndex index = new SegmentIndex(log, store);
        index.background.execute(index::lookBack);
        return index;
    }

    /**
     * Starts to write new segments into the store. One process per cluster is enough.
     *
     * @param condition whether this process should write, called each time
     */
    public void writeWhile(BooleanSupplier condition) {
        writes = condition;
        inBackground(this::keep);
    }

    /** Completes when the index covers everything that was in the log at its start. */
    CompletableFuture<Void> complete() {
        return complete;
    }

    private void follow(List<Event> batch) {
        boolean whole = false;
        for (Event event : batch) {
            Segment segment = segment(Segment.numberOf(event.revision()));
            segment.add(event);
            for (long passed = followed + 1; passed < event.revision(); passed++) {
                Segment of = segment(Segment.numberOf(passed));
                of.passed(passed, passed);
                whole |= of.whole();
            }
            followed = event.revision();
            whole |= segment.whole();
        }
        if (whole) {
            inBackground(this::keep);
        }
    }

    private Segment segment(long number) {
        return segments.computeIfAbsent(number, Segment::blank);
    }

    private void inBackground(Runnable work) {
        try {
            background.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing: what is not kept is read from the log after the next start", e);
        }
    }

    private void lookBack() {
        try {
            unproven.putAll(found());
            for (long number = Segment.numberOf(before); number >= 0 && !background.isShutdown(); number--) {
                lookInto(number);
            }
            keep();
            complete.complete(null);
        } catch (CutLogException | LogUnavailableException e) {
            LOG.warn("the index over {} is not complete yet, questions take longer: {}", log.shard(), e.getMessage());
            if (!background.isShutdown()) {
                background.schedule(this::lookBack, TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException e) {
            LOG.error("the index over {} stays incomplete, questions take longer", log.shard(), e);
        }
    }

    private void lookInto(long number) {
        Segment segment = known(number).orElseGet(() -> segment(number));
        if (!segment.whole()) {
            read(segment);
            keep();
        }
    }

    private Map<Long, byte[]> found() {
        try {
            return store.load(log.shard());
        } catch (LogUnavailableException e) {
            LOG.warn("the index over {} cannot be loaded and is built from the log: {}", log.shard(), e.getMessage());
            return Map.of();
        }
    }

    /**
     * The segment's current state. A stored one is verified at its first use: a query soon after the start does not wait for
     * all of them.
     */
    private Optional<Segment> known(long number) {
        byte[] bytes = unproven.get(number);
        if (bytes != null) {
            adopt(number, bytes);
            unproven.remove(number);
        }
        return Optional.ofNullable(segments.get(number));
    }

    /** Loads a stored segment, if it belongs to this log: its last event has the same link in the hash chain. */
    private void adopt(long number, byte[] bytes) {
        Segment segment = Segment.of(bytes).orElse(null);
        if (segment == null || segment.number() != number || segment.last() > before) {
            return;
        }
        List<Event> last = new ArrayList<>(1);
        if (segment.last() >= log.oldest()) {
            log.read(segment.last() - 1, segment.last(), last::addAll);
        }
        if (last.isEmpty() || !last.getFirst().chain().equals(segment.chain())) {
            LOG.warn("a segment of the index at revision {} is not of this log and is rebuilt", segment.first());
            return;
        }
        segments.put(number, segment);
        stored.add(number);
    }

    private void read(Segment segment) {
        long to = Math.min(segment.last(), before);
        long from = Math.max(segment.first(), log.oldest());
        if (from <= to) {
            log.read(from - 1, to, batch -> batch.forEach(segment::add));
        }
        segment.passed(segment.first(), to);
    }

    /** Writes complete segments that are not in the store yet. */
    private void keep() {
        if (!writes.getAsBoolean()) {
            return;
        }
        try {
            for (Segment segment : segments.values()) {
                if (segment.whole() && !stored.contains(segment.number())) {
                    store.write(log.shard(), segment.number(), segment.bytes());
                    stored.add(segment.number());
                }
            }
        } catch (LogUnavailableException e) {
            LOG.warn("the index over {} was not written and will be retried: {}", log.shard(), e.getMessage());
        }
    }

    @Override
    public Optional<Stretch> first(ChangeFilter filter, long from, long to) {
        Wanted wanted = Wanted.by(filter);
        for (long number = Segment.numberOf(from); number <= Segment.numberOf(to); number++) {
            Optional<Stretch> part = part(number, from, to);
            Segment segment = known(number).orElse(null);
            Optional<Stretch> stretch =
                    segment == null ? part : part.flatMap(p -> segment.first(wanted, p.from(), p.to()));
            if (stretch.isPresent()) {
                return stretch;
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Stretch> last(ChangeFilter filter, long from, long to) {
        Wanted wanted = Wanted.by(filter);
        for (long number = Segment.numberOf(to); number >= Segment.numberOf(from); number--) {
            Optional<Stretch> part = part(number, from, to);
            Segment segment = known(number).orElse(null);
            Optional<Stretch> stretch =
                    segment == null ? part : part.flatMap(p -> segment.last(wanted, p.from(), p.to()));
            if (stretch.isPresent()) {
                return stretch;
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Stretch> firstLater(Instant time, long from, long to) {
        for (long number = Segment.numberOf(from); number <= Segment.numberOf(to); number++) {
            Segment segment = known(number).orElse(null);
            if (segment == null || segment.mayBeLater(time)) {
                return part(number, from, to);
            }
        }
        return Optional.empty();
    }

    /** What two revisions leave of a segment. */
    private static Optional<Stretch> part(long number, long from, long to) {
        long first = number * Segment.SIZE + 1;
        return Stretch.ifAny(Math.max(from, first), Math.min(to, first + Segment.SIZE - 1));
    }

    /** Writes the rest and ends. The log and the store must still be open; their owners close them. */
    @Override
    public void close() {
        tail.close();
        background.shutdown();
        try {
            if (!background.awaitTermination(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the index over {} was still being written after {}", log.shard(), LONGEST_END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
