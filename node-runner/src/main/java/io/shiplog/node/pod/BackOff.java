package io.shiplog.node.pod;

import io.shiplog.node.engine.ContainerEngine.Container;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a container that ended waits for its next run: not at all the first time, then 10 s, doubling to 5 min; a run of 10
 * min starts this anew. The wait that would follow a run stands in a label of its container, so that a runner that was
 * restarted goes on where it was.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy">Restart policy</a>
 */
final class BackOff {
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);
    static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    private BackOff() {}

    /** How long to wait after this run. */
    static Duration after(Container dead) {
        Instant started = dead.startedAt();
        if (started != null && Duration.between(started, endOf(dead)).compareTo(FORGIVEN_AFTER) >= 0) {
            return Duration.ZERO;
        }
        String label = dead.label(PodLabels.BACK_OFF);
        return label.isEmpty() ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(label));
    }

    /** The wait after the next run, when the one before it was so long. */
    static Duration following(Duration waited) {
        if (waited.isZero()) {
            return FIRST;
        }
        return min(waited.multipliedBy(2), LONGEST);
    }

    /** The n-th wait of something that fails at once, as a pull: 10 s, 20 s … 5 min. */
    static Duration ofFailure(int failures) {
        return min(FIRST.multipliedBy(1L << Math.min(failures - 1, 5)), LONGEST);
    }

    /** When the next run may begin. */
    static Instant until(Container dead) {
        return endOf(dead).plus(after(dead));
    }

    private static Instant endOf(Container dead) {
        Instant finished = dead.finishedAt();
        return finished == null ? dead.createdAt() : finished;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
