package io.shiplog.gateway.metrics;

import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.gateway.http.RequestInfo;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The duration of requests for stored objects, by verb, since the start: a histogram with Kubernetes' name and verbs. Watches
 * are not counted, because the client decides their duration. Thread-safe.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">apiserver_request_duration_seconds</a>
 */
public final class RequestDurations {
    private static final String NAME = "apiserver_request_duration_seconds";
    private static final double[] BOUNDS_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 30, 60
    };
    /** By verb, as RequestInfo names it. */
    private final Map<String, Histogram> byVerb = new TreeMap<>(Map.of(
            "get", new Histogram("GET"),
            "list", new Histogram("LIST"),
            "create", new Histogram("POST"),
            "update", new Histogram("PUT"),
            "patch", new Histogram("PATCH"),
            "delete", new Histogram("DELETE"),
            "deletecollection", new Histogram("DELETECOLLECTION")));

    /** Records a request that was answered, or whose client went away. */
    public void record(RequestInfo info, Duration took) {
        Histogram histogram = byVerb.get(info.verb());
        if (histogram != null) {
            histogram.add(took);
        }
    }

    void write(PrometheusText text) {
        text.family(NAME, "histogram", "Time from a request about stored objects to the end of its answer, by verb.");
        byVerb.values().forEach(histogram -> histogram.write(text));
    }

    private static final class Histogram {
        private final String verb;
        private final LongAdder[] buckets = new LongAdder[BOUNDS_SECONDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        /** @param verb its name in Kubernetes' metrics */
        Histogram(String verb) {
            this.verb = verb;
            java.util.Arrays.setAll(buckets, i -> new LongAdder());
        }

        void add(Duration took) {
            double seconds = took.toNanos() / 1e9;
            int bucket = 0;
            while (bucket < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[bucket]) {
                bucket++;
            }
            buckets[bucket].increment();
            nanos.add(took.toNanos());
        }

        void write(PrometheusText text) {
            long count = 0;
            for (int i = 0; i < buckets.length; i++) {
                count += buckets[i].sum();
                String bound = i < BOUNDS_SECONDS.length ? PrometheusText.number(BOUNDS_SECONDS[i]) : "+Inf";
                text.sample(NAME + "_bucket", Map.of("verb", verb, "le", bound), count);
            }
            text.sample(NAME + "_sum", Map.of("verb", verb), nanos.sum() / 1e9);
            text.sample(NAME + "_count", Map.of("verb", verb), count);
        }
    }
}
