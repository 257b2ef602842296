package io.shiplog.node.pod.port;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Time and threads for pods, behind a port so that tests drive both. */
public interface TaskClock {
    Instant now();

    /** Runs a task soon, on a thread where it may block. Tasks must not throw. */
    void run(Runnable task);

    /** Runs a task after a delay, on a thread where it may block. */
    Pending after(Duration delay, Runnable task);

    /**
     * Runs a task now, on the caller's thread, and again after each pause that it returns. A task that throws has a bug: the
     * bug is logged, and the task runs again all the same.
     *
     * @param afterFailure the pause after a task that threw
     * @param task gives the pause until its next run; none if it was the last one
     */
    default void repeat(Duration afterFailure, Supplier<Optional<Duration>> task) {
        Optional<Duration> pause = Optional.of(afterFailure);
        try {
            pause = task.get();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(TaskClock.class).error("a repeated task failed; it runs again", e);
        }
        pause.ifPresent(next -> after(next, () -> repeat(afterFailure, task)));
    }

    /** A pending task. */
    interface Pending {
        /** No effect if it has run already. */
        void cancel();
    }
}
