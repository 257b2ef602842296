package io.shiplog.command.shard;

import io.shiplog.command.shard.FairQueue.Taken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which commands are proposed, shared by the shards of a process. Owners share their time ({@link FairQueue}), and one
 * owner runs on at most half of them: the others never wait for a slow command of it. What waits or is worked on holds a
 * bounded number of bytes.
 */
public final class ProposalPool implements AutoCloseable {
    /** One owner's part of the bytes. */
    private static final int SHARES = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ProposalPool.class);

    private final FairQueue<Runnable> queue;
    private final List<Thread> threads;
    private final long maxBytes;
    private final Map<String, Long> held = new HashMap<>();
    private long allHeld;
    private volatile boolean closed;

    /**
     * Starts the threads.
     *
     * @param threads how many, at least two
     * @param maxBytes the most bytes of bodies that commands hold at the same time, half of them one owner's
     */
    public ProposalPool(int threads, long maxBytes) {
        if (threads < 2) {
            throw new IllegalArgumentException("one owner may block a thread: at least two are needed");
        }
        this.maxBytes = maxBytes;
        this.queue = new FairQueue<>(Integer.MAX_VALUE, Math.max(1, threads / 2), System::nanoTime);
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> Thread.ofPlatform().name("propose-" + i).daemon().start(this::run))
                .toList();
    }

    /** As many threads as the process has cores, and a quarter of its heap. */
    public static ProposalPool ofThisMachine() {
        Runtime runtime = Runtime.getRuntime();
        return new ProposalPool(Math.max(2, runtime.availableProcessors()), runtime.maxMemory() / 4);
    }

    /** Takes bytes for a command of an owner; false if too many are held. */
    synchronized boolean hold(String owner, long bytes) {
        long own = held.getOrDefault(owner, 0L) + bytes;
        if (allHeld + bytes > maxBytes || own > maxBytes / SHARES) {
            return false;
        }
        allHeld += bytes;
        held.put(owner, own);
        return true;
    }

    /** Gives bytes back. */
    synchronized void release(String owner, long bytes) {
        allHeld -= bytes;
        held.computeIfPresent(owner, (_, own) -> own == bytes ? null : own - bytes);
    }

    /** Runs a task of an owner in its turn. It must not throw. The number of tasks is bounded by the deciders. */
    void run(String owner, Runnable task) {
        if (closed || !queue.offer(owner, task)) {
            task.run();
        }
        if (closed) {
            runRest();
        }
    }

    private void run() {
        try {
            Taken<Runnable> taken = queue.take();
            while (!closed) {
                runOne(taken.task());
                taken = queue.takeAfter(taken);
            }
            runOne(taken.task());
        } catch (InterruptedException e) {
            LOG.trace("{} ends", Thread.currentThread().getName());
        }
    }

    private static void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a proposal was left without an answer", e);
        }
    }

    private void runRest() {
        for (@Nullable Taken<Runnable> taken = queue.poll(); taken != null; taken = queue.poll()) {
            runOne(taken.task());
            queue.done(taken);
        }
    }

    /** Ends the threads. Close the deciders first: what is left then only hears that they are closed. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        runRest();
    }
}
