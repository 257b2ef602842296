package io.shiplog.node.pod.observed;

import io.shiplog.node.engine.ContainerEngine.Container;
import java.time.Duration;
import java.time.Instant;

/**
 * The restart delay of a container: none the first time, then 10 s, doubling to 5 min; a run of 10 min resets it. The delay
 * after a run is stored in a label of its container, so that it survives a restart of the runner.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy">Restart policy</a>
 */
public final class BackOff {
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);
    static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    private static final Duration FIRST_MOUNT = Duration.ofMillis(500);
    private static final Duration LONGEST_MOUNT = Duration.ofSeconds(122);

    private BackOff() {}

    /** The delay after this run. */
    public static Duration after(Container dead) {
        Instant started = dead.startedAt();
        if (started != null && Duration.between(started, endOf(dead)).compareTo(FORGIVEN_AFTER) >= 0) {
            return Duration.ZERO;
        }
        String label = dead.label(PodLabels.BACK_OFF);
        return label.isEmpty() ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(label));
    }

    /** The delay after the next run, given the previous one. */
    public static Duration following(Duration waited) {
        if (waited.isZero()) {
            return FIRST;
        }
        return min(waited.multipliedBy(2), LONGEST);
    }

    /** The n-th delay of an operation that fails at once, such as a pull: 10 s, 20 s … 5 min. */
    static Duration ofFailure(int failures) {
        return min(FIRST.multipliedBy(1L << Math.min(failures - 1, 5)), LONGEST);
    }

    /** The n-th delay of volumes that cannot be mounted: 0.5 s, 1 s … 2 min 2 s, as the kubelet's. */
    static Duration ofMount(int failures) {
        return min(FIRST_MOUNT.multipliedBy(1L << Math.min(failures - 1, 8)), LONGEST_MOUNT);
    }

    /** When the next run may start. */
    public static Instant until(Container dead) {
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
