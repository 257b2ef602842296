package io.shiplog.command.control.job;

import io.shiplog.command.control.loop.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * How long a Job waits before it replaces failed pods: 10 seconds after the first failure since the last success, doubled with each
 * further one. Computed from the pods that exist, so that a restart forgets nothing; those that were deleted delay nothing.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy">Pod backoff failure
 *     policy</a>
 */
final class PodBackoff {
    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(10));

    private PodBackoff() {}

    /** Before any pod of the Job may be created; zero for now. */
    static Duration ofJob(JobView job, List<JobPod> pods, Instant now) {
        Instant success = pods.stream()
                .filter(JobPod::succeeded)
                .map(pod -> pod.read().finishedAt())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        List<Instant> failures = pods.stream()
                .filter(job::considersFailed)
                .map(pod -> pod.read().finishedAt())
                .filter(at -> at.isAfter(success))
                .sorted()
                .toList();
        return failures.isEmpty() ? Duration.ZERO : left(failures.size(), failures.getLast(), now);
    }

    /** Before the index of a failed pod may get another one; zero for now. */
    static Duration ofIndex(JobPod failed, Instant now) {
        return left(failed.allFailures() + 1, failed.read().finishedAt(), now);
    }

    private static Duration left(int failures, Instant last, Instant now) {
        Duration left = Duration.between(now, last.plus(BACKOFF.after(failures)));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
