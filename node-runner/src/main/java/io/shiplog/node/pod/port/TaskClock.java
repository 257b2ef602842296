package io.shiplog.node.pod.port;

import java.time.Duration;
import java.time.Instant;

/** Time and threads for pods, behind a port so that tests drive both. */
public interface TaskClock {
    Instant now();

    /** Runs a task soon, on a thread where it may block. Tasks must not throw. */
    void run(Runnable task);

    /** Runs a task after a delay, on a thread where it may block. */
    Pending after(Duration delay, Runnable task);

    /** A pending task. */
    interface Pending {
        /** No effect if it has run already. */
        void cancel();
    }
}
