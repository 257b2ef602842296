package io.shiplog.command.control.loop;

import io.shiplog.events.metrics.Histogram;
import io.shiplog.events.metrics.PrometheusText;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * What a controller's queue did, under the names of Kubernetes' work queues. One thread counts, others read.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">workqueue_depth</a>
 */
public final class QueueMeter {
    private static final double[] BOUNDS_SECONDS = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000};

    private final String name;
    private final LongAdder adds = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final Histogram waited = new Histogram(BOUNDS_SECONDS);
    private final Histogram worked = new Histogram(BOUNDS_SECONDS);
    private volatile int depth;

    QueueMeter(String name) {
        this.name = name;
    }

    void added(int nextDepth) {
        adds.increment();
        depth = nextDepth;
    }

    void retried() {
        retries.increment();
    }

    void taken(int nextDepth, Duration wait) {
        depth = nextDepth;
        waited.add(wait);
    }

    void emptied() {
        depth = 0;
    }

    void done(Duration work) {
        worked.add(work);
    }

    /** Writes all queues, family by family. */
    public static void write(PrometheusText text, Collection<QueueMeter> meters) {
        family(
                text,
                meters,
                "workqueue_adds_total",
                "counter",
                "Total number of adds handled by workqueue",
                (name, each) -> text.sample(name, Map.of("name", each.name), each.adds.sum()));
        family(
                text,
                meters,
                "workqueue_depth",
                "gauge",
                "Current depth of workqueue",
                (name, each) -> text.sample(name, Map.of("name", each.name), each.depth));
        family(
                text,
                meters,
                "workqueue_retries_total",
                "counter",
                "Total number of retries handled by workqueue",
                (name, each) -> text.sample(name, Map.of("name", each.name), each.retries.sum()));
        family(
                text,
                meters,
                "workqueue_queue_duration_seconds",
                "histogram",
                "How long in seconds an item stays in workqueue before being requested.",
                (name, each) -> each.waited.write(text, name, Map.of("name", each.name)));
        family(
                text,
                meters,
                "workqueue_work_duration_seconds",
                "histogram",
                "How long in seconds processing an item from workqueue takes.",
                (name, each) -> each.worked.write(text, name, Map.of("name", each.name)));
    }

    private static void family(
            PrometheusText text,
            Collection<QueueMeter> meters,
            String name,
            String type,
            String help,
            BiConsumer<String, QueueMeter> each) {
        text.family(name, type, help);
        meters.forEach(meter -> each.accept(name, meter));
    }
}
