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
 * A bounded queue of one consumer, which shares its time between owners: next is the owner that has used the least of it. An owner that
 * sends many tasks, or slow ones, delays its own. The tasks of one owner keep their order.
 *
 * <p>What a task costs is the time until the consumer returns for the next. An owner that has used nothing for a while starts
 * where the others are: idle time is not saved up.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Fair_queuing">Fair queuing</a>
 */
final class FairQueue<T> {
    /** Owners without tasks that are remembered for what they used. */
    private static final int MAX_IDLE = 1_024;

    private final int capacity;
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

    private @Nullable Share<T> served;
    private long servedSince;

    /** An owner: its tasks, and the nanoseconds it used. */
    private static final class Share<T> {
        private final Queue<T> tasks = new ArrayDeque<>();
        private long used;
        private long order;
    }

    /**
     * @param capacity the most tasks at the same time
     * @param nanos a clock that never goes back, in nanoseconds
     */
    FairQueue(int capacity, LongSupplier nanos) {
        this.capacity = capacity;
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
            if (share.tasks.size() == 1 && share != served) {
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
    T take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            charge();
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
    @Nullable T poll() {
        lock.lock();
        try {
            charge();
            Share<T> share = waiting.poll();
            return share == null ? null : next(share);
        } finally {
            lock.unlock();
        }
    }

    private T next(Share<T> share) {
        level = share.used;
        served = share;
        servedSince = nanos.getAsLong();
        size--;
        return share.tasks.remove();
    }

    /** The last task is done: its time is its owner's. */
    private void charge() {
        Share<T> share = served;
        if (share == null) {
            return;
        }
        share.used += Math.max(1, nanos.getAsLong() - servedSince);
        served = null;
        if (!share.tasks.isEmpty()) {
            enqueue(share);
        }
        if (shares.size() > waiting.size() + MAX_IDLE) {
            shares.values().removeIf(idle -> idle.tasks.isEmpty());
        }
    }

    private void enqueue(Share<T> share) {
        share.order = orders++;
        waiting.add(share);
    }
}
