package io.shiplog.command.shard;

import java.time.Duration;

/** Waiting, replaceable in tests. */
@FunctionalInterface
public interface Pause {
    void pause(Duration time) throws InterruptedException;

    /** A real wait. */
    Pause SLEEP = Thread::sleep;
}
