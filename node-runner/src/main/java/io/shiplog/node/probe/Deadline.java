package io.shiplog.node.probe;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The deadline of a probe. */
record Deadline(long atNanos) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** This long from now. */
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * The remaining time, in milliseconds, at least one: sockets take zero as infinite.
     *
     * @throws SocketTimeoutException if none is left
     */
    int remainingMillis() throws SocketTimeoutException {
        long millis = (atNanos - System.nanoTime()) / NANOS_PER_MILLI;
        if (millis <= 0) {
            throw new SocketTimeoutException("deadline exceeded");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
