package io.shiplog.command.control.loop;

import java.time.Duration;

/** The delay of a key after consecutive failures: doubled each time, up to a limit. */
public record Backoff(Duration first, Duration longest) {
    /** Kubernetes' work queues start at 5 ms and stop at 1,000 s; a quarter of an hour is too long after a manual repair. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(60));

    private static final int MAX_DOUBLINGS = 30;

    /** @param failures consecutive, at least 1 */
    public Duration after(int failures) {
        Duration grown = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return grown.compareTo(longest) > 0 ? longest : grown;
    }
}
