package io.shiplog.command.schedule;

import io.shiplog.events.metrics.Histogram;
import io.shiplog.events.metrics.PrometheusText;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
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

    private final Map<Result, LongAdder> attempts = new EnumMap<>(Result.class);
    private final Map<Result, Histogram> durations = new EnumMap<>(Result.class);
    private volatile int active;
    private volatile int unschedulable;

    /** The end of an attempt. */
    enum Result {
        SCHEDULED,
        UNSCHEDULABLE,
        ERROR;

        private Map<String, String> labels() {
            return Map.of("profile", Scheduler.NAME, "result", name().toLowerCase(Locale.ROOT));
        }
    }

    SchedulingMeter() {
        for (Result each : Result.values()) {
            attempts.put(each, new LongAdder());
            durations.put(each, new Histogram(BOUNDS_SECONDS));
        }
    }

    void attempted(Result result, Duration took) {
        java.util.Objects.requireNonNull(attempts.get(result)).increment();
        java.util.Objects.requireNonNull(durations.get(result)).add(took);
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
        attempts.forEach(
                (result, count) -> text.sample("scheduler_schedule_attempts_total", result.labels(), count.sum()));
        text.family(
                "scheduler_scheduling_attempt_duration_seconds",
                "histogram",
                "Scheduling attempt latency in seconds (scheduling algorithm + preemption)");
        durations.forEach(
                (result, each) -> each.write(text, "scheduler_scheduling_attempt_duration_seconds", result.labels()));
    }
}
