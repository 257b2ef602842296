package io.shiplog.command.schedule;

import io.shiplog.events.metrics.Histogram;
import io.shiplog.events.metrics.PrometheusText;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the scheduler did, under kube-scheduler's names. One thread counts, others read.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">scheduler_schedule_attempts_total</a>
 */
public final class SchedulingMeter {
    private static final double[] BOUNDS_SECONDS = {
        0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384
    };

    /** The attempts of each profile that had any, and of the default one. */
    private final Map<Attempts, Measured> attempts = new ConcurrentSkipListMap<>();

    private volatile int active;
    private volatile int unschedulable;

    /** The end of an attempt. */
    enum Result {
        SCHEDULED,
        UNSCHEDULABLE,
        ERROR
    }

    private record Attempts(String profile, Result result) implements Comparable<Attempts> {
        Map<String, String> labels() {
            return Map.of("profile", profile, "result", result.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public int compareTo(Attempts other) {
            int byProfile = profile.compareTo(other.profile);
            return byProfile != 0 ? byProfile : result.compareTo(other.result);
        }
    }

    private record Measured(LongAdder count, Histogram durations) {}

    SchedulingMeter() {
        for (Result each : Result.values()) {
            measured(Profile.DEFAULT_NAME, each);
        }
    }

    private Measured measured(String profile, Result result) {
        return attempts.computeIfAbsent(
                new Attempts(profile, result), each -> new Measured(new LongAdder(), new Histogram(BOUNDS_SECONDS)));
    }

    void attempted(String profile, Result result, Duration took) {
        Measured measured = measured(profile, result);
        measured.count().increment();
        measured.durations().add(took);
    }

    void waiting(int activePods, int unschedulablePods) {
        active = activePods;
        unschedulable = unschedulablePods;
    }

    /** Writes the samples. */
    public void write(PrometheusText text) {
        text.family(
                "scheduler_pending_pods",
                "gauge",
                "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'unschedulable' means number of pods that wait for a change.");
        text.sample("scheduler_pending_pods", Map.of("queue", "active"), active);
        text.sample("scheduler_pending_pods", Map.of("queue", "unschedulable"), unschedulable);
        text.family(
                "scheduler_schedule_attempts_total",
                "counter",
                "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.");
        attempts.forEach((of, each) -> text.sample(
                "scheduler_schedule_attempts_total", of.labels(), each.count().sum()));
        text.family(
                "scheduler_scheduling_attempt_duration_seconds",
                "histogram",
                "Scheduling attempt latency in seconds (scheduling algorithm + preemption)");
        attempts.forEach((of, each) ->
                each.durations().write(text, "scheduler_scheduling_attempt_duration_seconds", of.labels()));
    }
}
