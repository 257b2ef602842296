package io.shiplog.events.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Durations in buckets. Thread-safe. */
public final class Histogram {
    private static final double NANOS = 1e9;

    private final double[] boundsSeconds;
    private final LongAdder[] buckets;
    private final LongAdder nanos = new LongAdder();

    /** @param boundsSeconds upper ones, ascending; the last bucket has none */
    public Histogram(double... boundsSeconds) {
        this.boundsSeconds = boundsSeconds.clone();
        this.buckets = new LongAdder[boundsSeconds.length + 1];
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    /** Counts a duration. */
    public void add(Duration took) {
        double seconds = took.toNanos() / NANOS;
        int bucket = 0;
        while (bucket < boundsSeconds.length && seconds > boundsSeconds[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        nanos.add(took.toNanos());
    }

    /** Writes the samples of a family whose head is written. */
    public void write(PrometheusText text, String name, Map<String, String> labels) {
        long count = 0;
        Map<String, String> bounded = new HashMap<>(labels);
        for (int i = 0; i < buckets.length; i++) {
            count += buckets[i].sum();
            bounded.put("le", i < boundsSeconds.length ? PrometheusText.number(boundsSeconds[i]) : "+Inf");
            text.sample(name + "_bucket", bounded, count);
        }
        text.sample(name + "_sum", labels, nanos.sum() / NANOS);
        text.sample(name + "_count", labels, count);
    }
}
