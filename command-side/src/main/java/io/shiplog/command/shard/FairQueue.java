package io.shiplog.command.shard;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue, which shares the time of its consumers between owners: next is the owner that has used the least of it. An owner
 * that sends many tasks, or slow ones, delays its own. The tasks of one owner begin in order, and at most a given number of them run
 * at the same time, so that consumers are left for the others.
 *
 * <p>What a task costs is the time until the consumer says that it is done. An owner that has used nothing for a while starts
 * where the others are: idle time is not saved up.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Fair_queuing">Fair queuing</a>
 */
final class FairQueue<T> {
    /** Owners without tasks that are remembered for what they used. */
    private static final int MAX_IDLE = 1_024;

    private final int capacity;
    private final int atOnce;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<String, Share<T>> shares = new HashMap<>();
    private final PriorityQueue<Share<T>> waiting = new PriorityQueue<>(
            Comparator.<Share<T>>comparingLong(share -> share.used).thenComparingLong(share -> share.order));

    private int size;
    private long orders;
    /** What the last owner had used when it was chosen: where an owner that comes back starts. */
    private long level;

    /** An owner: its tasks, and the nanoseconds it used. */
    private static final class Share<T> {
        private final Queue<T> tasks = new ArrayDeque<>();
        private long used;
        private long order;
        private int running;
    }

    /** A task that a consumer has taken. It gives it back with {@link #done}. */
    static final class Taken<T> {
        private final T task;
        private final Share<T> share;
        private final long since;

        private Taken(T task, Share<T> share, long since) {
            this.task = task;
            this.share = share;
            this.since = since;
        }

        T task() {
            return task;
        }
    }

    /**
     * @param capacity the most tasks that wait
     * @param atOnce how many tasks of one owner run at the same time at most
     * @param nanos a clock that never goes back, in nanoseconds
     */
    FairQueue(int capacity, int atOnce, LongSupplier nanos) {
        this.capacity = capacity;
        this.atOnce = atOnce;
        this.nanos = nanos;
    }

    /** Adds a task at the end of its owner's; false if the queue is full. */
    boolean offer(String owner, T task) {
        lock.lock();
        try {
            if (size == capacity) {
                return false;
            }
            Share<T> share = shares.computeIfAbsent(owner, name -> new Share<>());
            size++;
            share.tasks.add(task);
            if (share.tasks.size() == 1 && share.running < atOnce) {
                share.used = Math.max(share.used, level);
                enqueue(share);
                filled.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next task; waits for one. */
    Taken<T> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Share<T> share = waiting.poll();
            while (share == null) {
                filled.await();
                share = waiting.poll();
            }
            return next(share);
        } finally {
            lock.unlock();
        }
    }

    /** The next task, or null if there is none. */
    @Nullable Taken<T> poll() {
        lock.lock();
        try {
            Share<T> share = waiting.poll();
            return share == null ? null : next(share);
        } finally {
            lock.unlock();
        }
    }

    /** A task is done: its time is its owner's. */
    void done(Taken<T> taken) {
        lock.lock();
        try {
            charge(taken);
        } finally {
            lock.unlock();
        }
    }

    /** {@link #done} and {@link #take} in one step. */
    Taken<T> takeAfter(Taken<T> taken) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            charge(taken);
            return take();
        } finally {
            lock.unlock();
        }
    }

    private Taken<T> next(Share<T> share) {
        level = share.used;
        size--;
        Taken<T> taken = new Taken<>(share.tasks.remove(), share, nanos.getAsLong());
        share.running++;
        if (!share.tasks.isEmpty() && share.running < atOnce) {
            enqueue(share);
        }
        return taken;
    }

    private void charge(Taken<T> taken) {
        Share<T> share = taken.share;
        // The order in the queue depends on what is used: out, and in again.
        boolean queued = waiting.remove(share);
        share.used += Math.max(1, nanos.getAsLong() - taken.since);
        share.running--;
        if (queued || !share.tasks.isEmpty()) {
            enqueue(share);
            filled.signal();
        }
        if (shares.size() > waiting.size() + MAX_IDLE) {
            shares.values().removeIf(idle -> idle.tasks.isEmpty() && idle.running == 0);
        }
    }

    private void enqueue(Share<T> share) {
        share.order = orders++;
        waiting.add(share);
    }
}
