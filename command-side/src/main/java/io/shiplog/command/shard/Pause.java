package io.shiplog.command.shard;

import java.time.Duration;

/** Waiting, so that tests need not. */
@FunctionalInterface
public interface Pause {
    void pause(Duration time) throws InterruptedException;

    /** Really waits. */
    Pause SLEEP = Thread::sleep;
}
