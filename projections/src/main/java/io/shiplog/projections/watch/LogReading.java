package io.shiplog.projections.watch;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves a watcher from an old revision to the window, from the log, on a virtual thread. It starts from the state at or before
 * that revision and evolves the objects of the one type, so that each change has its previous object.
 */
final class LogReading {
    /** Changes that wait for the watcher; the thread pauses at this number. */
    static final int MAX_WAITING = 2_048;
    /** Or when their objects are this large together, plus one batch of the log. */
    static final long MAX_WAITING_BYTES = 1L << 20;

    private final ResourceType type;
    private final EventLog log;
    private final long after;
    private final ChangeWindow window;
    private final ImageEvolution evolution;
    private final Runnable wake;
    private final Limit limit;
    private final Deque<Change> waiting = new ArrayDeque<>();
    private long waitingBytes;

    private final Supplier<Base> start;
    private final Actor who;

    private Base base = Base.NOTHING;
    private long through;
    private boolean ended;
    private boolean closed;
    private boolean asked = true;
    private @Nullable RuntimeException failure;

    /**
     * Where a reading can start.
     *
     * @param kinds of the moment
     * @param objects of the type, by key; ownership passes to the reading
     * @param revision of the shard that the objects are from
     */
    record Base(KindCatalogue kinds, Map<ObjectKey, StoredObject> objects, long revision) {
        private static final Base NOTHING = new Base(KindCatalogue.EMPTY, new HashMap<>(), 0);

        /** The objects of a type in an image. */
        static Base of(Image image, ResourceType type, long revision) {
            Map<ObjectKey, StoredObject> objects = new HashMap<>();
            image.list(type).forEach(object -> objects.put(object.key(), object));
            return new Base(image.kinds(), objects, revision);
        }
    }

    /**
     * Limits concurrent readings: each holds a reader of the log and the objects of its type. A watcher that gets no place, or takes
     * nothing for too long, gets "too old resource version", as from a truncated log: it lists and watches again.
     *
     * @param places for concurrent readings, of which one user has a share
     * @param patience how long to wait for a place, and for the watcher
     */
    record Limit(SharedLimit places, Duration patience) {
        private static final int PLACES = 16;
        /** One user has at most one in so many of them. */
        private static final int SHARE = 4;

        private static final Duration PATIENCE = Duration.ofSeconds(10);

        static Limit ofShard() {
            return new Limit(new SharedLimit(PLACES, SHARE), PATIENCE);
        }

        /** Waits for a place; false if none gets free in time. */
        boolean enter(Actor who) throws InterruptedException {
            long until = System.nanoTime() + patience.toNanos();
            synchronized (places) {
                while (!places.enter(who, 1)) {
                    long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                    if (left <= 0) {
                        return false;
                    }
                    places.wait(left);
                }
                return true;
            }
        }

        void leave(Actor who) {
            synchronized (places) {
                places.leave(who, 1);
                places.notifyAll();
            }
        }
    }

    private LogReading(
            ResourceType type,
            EventLog log,
            long after,
            ChangeWindow window,
            Supplier<Base> start,
            ImageEvolution evolution,
            Limit limit,
            Actor who,
            Runnable wake) {
        this.limit = limit;
        this.who = who;
        this.type = type;
        this.log = log;
        this.after = after;
        this.window = window;
        this.start = start;
        this.evolution = evolution;
        this.wake = wake;
        this.through = after;
    }

    /** @param start computed on the reading's own thread: it may have to query the log */
    static LogReading start(
            ResourceType type,
            EventLog log,
            long after,
            ChangeWindow window,
            Supplier<Base> start,
            ImageEvolution evolution,
            Limit limit,
            Actor who,
            Runnable wake) {
        LogReading reading = new LogReading(type, log, after, window, start, evolution, limit, who, wake);
        Thread.ofVirtual().name("watch-from-log-" + type.qualified()).start(reading::run);
        return reading;
    }

    /**
     * The next changes; none if the log has not returned them yet.
     *
     * @throws EventLog.CutLogException if the log was truncated meanwhile, or the {@link Limit} ends the reading
     * @throws EventLog.LogUnavailableException if it cannot be read now
     */
    synchronized WatchSource.Slice poll(int most) {
        if (failure != null && waiting.isEmpty()) {
            throw failure;
        }
        List<Change> changes = new ArrayList<>(Math.min(most, waiting.size()));
        while (changes.size() < most && !waiting.isEmpty()) {
            Change change = waiting.removeFirst();
            waitingBytes -= bytes(change);
            changes.add(change);
        }
        asked = waiting.isEmpty();
        notifyAll();
        return new WatchSource.Slice(changes, waiting.isEmpty() || changes.isEmpty() ? through : last(changes));
    }

    private static long last(List<Change> changes) {
        return changes.getLast().revision();
    }

    /** Whether everything up to the start of the window has been returned. */
    synchronized boolean finished() {
        return ended && failure == null && waiting.isEmpty();
    }

    /** Where another reading can resume. Call it only when this one is finished. */
    synchronized Base base() {
        return base;
    }

    synchronized void close() {
        closed = true;
        waiting.clear();
        waitingBytes = 0;
        notifyAll();
    }

    private static long bytes(Change change) {
        return change.event().object().size();
    }

    private void run() {
        try {
            if (!limit.enter(who)) {
                end(tooOld());
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(tooOld());
            return;
        }
        try {
            read();
        } finally {
            limit.leave(who);
        }
    }

    private CutLogException tooOld() {
        return new CutLogException(through + 1, window.floor() + 1);
    }

    private void read() {
        try {
            Base from = start.get();
            synchronized (this) {
                base = from;
            }
            long position = from.revision();
            while (position < window.floor() && !isClosed()) {
                long target = window.floor();
                log.read(position, target, type, batch -> take(from, batch));
                position = target;
                reached(position);
            }
            end(null);
        } catch (ClosedException e) {
            end(null);
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private void take(Base from, List<Event> batch) {
        List<Change> changes = evolution.evolve(from.kinds(), from.objects(), batch).stream()
                .filter(change -> change.revision() > after)
                .toList();
        offer(changes, batch.getLast().revision());
    }

    /** Passes changes to the watcher as it takes the previous ones. */
    private synchronized void offer(List<Change> changes, long revision) {
        for (Change change : changes) {
            if (isFull()) {
                wakeIfAsked();
                awaitPoll();
            }
            waiting.addLast(change);
            waitingBytes += bytes(change);
            through = Math.max(through, change.revision());
        }
        if (closed) {
            throw new ClosedException();
        }
        reached(revision);
        wakeIfAsked();
    }

    private boolean isFull() {
        return waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES;
    }

    private void wakeIfAsked() {
        if (asked && !waiting.isEmpty()) {
            asked = false;
            wake.run();
        }
    }

    /** The watcher is gone: the log need not be read to its end. */
    private static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void awaitPoll() {
        long end = System.nanoTime() + limit.patience().toNanos();
        while (isFull() && !closed) {
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) {
                throw tooOld();
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                closed = true;
                Thread.currentThread().interrupt();
            }
        }
        if (closed) {
            throw new ClosedException();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void reached(long revision) {
        through = Math.max(through, revision);
        if (revision > base.revision()) {
            base = new Base(base.kinds(), base.objects(), revision);
        }
    }

    private void end(@Nullable RuntimeException failed) {
        synchronized (this) {
            failure = failed;
            ended = true;
        }
        wake.run();
    }
}
