package io.shiplog.projections;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves a watcher from an old revision to the window, from the log, on a virtual thread. It starts from the state at or before
 * that revision and evolves the objects of the one type, so that each change has its previous object.
 */
final class LogReading {
    /** Changes that wait for the watcher; the thread pauses at this number, plus one batch of the log. */
    static final int MAX_WAITING = 2_048;

    private final ResourceType type;
    private final EventLog log;
    private final long after;
    private final ChangeWindow window;
    private final ImageEvolution evolution;
    private final Runnable wake;
    private final Deque<Change> waiting = new ArrayDeque<>();

    private final Supplier<Base> start;

    private Base base = Base.NOTHING;
    private long through;
    private boolean ended;
    private boolean closed;
    private boolean asked = true;
    private @Nullable RuntimeException failure;

    /**
     * Where a reading can start.
     *
     * @param objects of the type, by key; ownership passes to the reading
     * @param revision of the shard that the objects are from
     */
    record Base(Map<ObjectKey, StoredObject> objects, long revision) {
        private static final Base NOTHING = new Base(new HashMap<>(), 0);

        /** The objects of a type in an image. */
        static Base of(Image image, ResourceType type, long revision) {
            Map<ObjectKey, StoredObject> objects = new HashMap<>();
            image.list(type).forEach(object -> objects.put(object.key(), object));
            return new Base(objects, revision);
        }
    }

    private LogReading(
            ResourceType type,
            EventLog log,
            long after,
            ChangeWindow window,
            Supplier<Base> start,
            ImageEvolution evolution,
            Runnable wake) {
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
            Runnable wake) {
        LogReading reading = new LogReading(type, log, after, window, start, evolution, wake);
        Thread.ofVirtual().name("watch-from-log-" + type.qualified()).start(reading::run);
        return reading;
    }

    /**
     * The next changes; none if the log has not returned them yet.
     *
     * @throws EventLog.CutLogException if the log was truncated meanwhile
     * @throws EventLog.LogUnavailableException if it cannot be read now
     */
    synchronized WatchSource.Slice poll(int limit) {
        if (failure != null && waiting.isEmpty()) {
            throw failure;
        }
        List<Change> changes = new ArrayList<>(Math.min(limit, waiting.size()));
        while (changes.size() < limit && !waiting.isEmpty()) {
            changes.add(waiting.removeFirst());
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
        notifyAll();
    }

    private void run() {
        try {
            Base from = start.get();
            synchronized (this) {
                base = from;
            }
            long position = from.revision();
            while (position < window.floor() && !isClosed()) {
                long target = window.floor();
                log.read(position, target, type, batch -> take(from.objects(), batch));
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

    private void take(Map<ObjectKey, StoredObject> objects, List<Event> batch) {
        List<Change> changes = evolution.evolve(objects, batch).stream()
                .filter(change -> change.revision() > after)
                .toList();
        if (offer(changes, batch.getLast().revision())) {
            wake.run();
        }
    }

    /** Passes changes to the watcher when it has taken most of the previous ones. True if it must be woken. */
    private synchronized boolean offer(List<Change> changes, long revision) {
        while (waiting.size() >= MAX_WAITING && !closed) {
            awaitPoll();
        }
        if (closed) {
            throw new ClosedException();
        }
        waiting.addAll(changes);
        reached(revision);
        boolean mustWake = asked && !changes.isEmpty();
        asked &= changes.isEmpty();
        return mustWake;
    }

    /** The watcher is gone: the log need not be read to its end. */
    private static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void awaitPoll() {
        try {
            wait();
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void reached(long revision) {
        through = Math.max(through, revision);
        if (revision > base.revision()) {
            base = new Base(base.objects(), revision);
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
