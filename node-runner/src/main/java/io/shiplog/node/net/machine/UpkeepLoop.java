package io.shiplog.node.net.machine;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that keeps something in the kernel: writes after changes, combines those that come together, and repairs it in between. */
public final class UpkeepLoop implements AutoCloseable {
    /** Changes within this time are combined into one transaction. */
    private static final Duration DEBOUNCE = Duration.ofMillis(20);
    /** How soon a refused change is retried, and something removed is restored. */
    private static final Duration UPKEEP = Duration.ofSeconds(15);
    /** How long a stop waits for a transaction in progress. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(UpkeepLoop.class);

    private final String name;
    private final Runnable noticeLoss;
    private final Supplier<String> apply;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread worker;
    private volatile boolean closed;

    /**
     * @param name of the thread, and of the part in messages
     * @param noticeLoss looks whether what was written is still there
     * @param apply writes what is wanted now; returns why that failed, empty on success
     */
    public UpkeepLoop(String name, Runnable noticeLoss, Supplier<String> apply) {
        this.name = name;
        this.noticeLoss = noticeLoss;
        this.apply = apply;
        this.worker = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        worker.start();
    }

    /** Something changed: it is written a moment later. Returns at once. */
    public void wake() {
        if (wanted.availablePermits() == 0) {
            wanted.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                if (wanted.tryAcquire(UPKEEP.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(DEBOUNCE);
                    wanted.drainPermits();
                } else {
                    noticeLoss.run();
                }
                if (!closed) {
                    applyOnce();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void applyOnce() {
        try {
            String complaint = apply.get();
            if (!complaint.isEmpty()) {
                LOG.error("{}: the kernel refuses, trying again in {}: {}", name, UPKEEP, complaint);
            }
        } catch (RuntimeException e) {
            // An object that cannot be read must not end the thread: the next change is written.
            LOG.error("{}: a change cannot be computed", name, e);
        }
    }

    /** Stops after the current write: nothing must be written again after its removal. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            worker.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
