package io.shiplog.command.control.loop;

import java.time.Duration;

/** How long a key waits after failures in a row: twice as long each time, up to a limit. */
public record Backoff(Duration first, Duration longest) {
    /** Kubernetes' work queues start at 5 ms and stop at 1,000 s; a person who mended something should not wait a quarter of an hour. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(60));

    private static final int MAX_DOUBLINGS = 30;

    /** @param failures in a row, at least 1 */
    public Duration after(int failures) {
        Duration grown = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return grown.compareTo(longest) > 0 ? longest : grown;
    }
}
