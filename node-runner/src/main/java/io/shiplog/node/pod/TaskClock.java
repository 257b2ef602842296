package io.shiplog.node.pod;

import java.time.Duration;
import java.time.Instant;

/** Time and threads as pods use them, behind a port so that tests drive both. */
public interface TaskClock {
    Instant now();

    /** Runs a task soon, on a thread where it may block. Tasks must not throw. */
    void run(Runnable task);

    /** Runs a task after a delay, on a thread where it may block. */
    Pending after(Duration delay, Runnable task);

    /** A task that has not run yet. */
    interface Pending {
        /** Nothing happens if it has run already. */
        void cancel();
    }
}
