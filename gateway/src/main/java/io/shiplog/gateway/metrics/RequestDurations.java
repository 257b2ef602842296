package io.shiplog.gateway.metrics;

import io.shiplog.events.metrics.Histogram;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.gateway.http.RequestInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests for objects since the start, with Kubernetes' names and labels: how many with which code, and how long they took. The duration of watches,
 * logs and streams is not recorded, because the client decides it. Thread-safe.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">apiserver_request_duration_seconds</a>
 */
public final class RequestDurations {
    /** Of label combinations; a custom kind more is counted without its name. */
    static final int MAX_SERIES = 4_096;

    private static final String DURATIONS = "apiserver_request_duration_seconds";
    private static final String COUNTS = "apiserver_request_total";
    private static final double[] BOUNDS_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 30, 60
    };

    /** By verb, as RequestInfo names it. */
    private static final Map<String, String> VERBS = Map.of(
            "get", "GET",
            "list", "LIST",
            "watch", "WATCH",
            "create", "POST",
            "update", "PUT",
            "patch", "PATCH",
            "delete", "DELETE",
            "deletecollection", "DELETECOLLECTION");

    private final Map<Series, Histogram> durations = new ConcurrentHashMap<>();
    private final Map<Series, LongAdder> counts = new ConcurrentHashMap<>();

    /** @param code empty for durations, whatever the answer was */
    private record Series(
            String verb, String group, String version, String resource, String subresource, String scope, String code) {
        static Series of(RequestInfo info, String verb, String code) {
            String scope = !info.name().isEmpty() || info.verb().equals("create")
                    ? "resource"
                    : info.namespace().isEmpty() ? "cluster" : "namespace";
            return new Series(verb, info.group(), info.version(), info.resource(), info.subresource(), scope, code);
        }

        Series withoutResource() {
            return new Series(verb, "", "", "", "", scope, code);
        }

        Map<String, String> labels() {
            Map<String, String> labels = new HashMap<>(Map.of(
                    "component", "apiserver",
                    "dry_run", "",
                    "group", group,
                    "resource", resource,
                    "scope", scope,
                    "subresource", subresource,
                    "verb", verb,
                    "version", version));
            if (!code.isEmpty()) {
                labels.put("code", code);
            }
            return labels;
        }
    }

    /**
     * Records a request that was answered, or whose client went away.
     *
     * @param lasts whether its client decides how long it takes
     */
    public void record(RequestInfo info, int code, Duration took, boolean lasts) {
        String verb = lasts && !info.verb().equals("watch") ? "CONNECT" : VERBS.get(info.verb());
        if (verb == null) {
            return;
        }
        bounded(counts, Series.of(info, verb, Integer.toString(code)), new LongAdder())
                .increment();
        if (!lasts && !info.verb().equals("watch")) {
            bounded(durations, Series.of(info, verb, ""), new Histogram(BOUNDS_SECONDS))
                    .add(took);
        }
    }

    private static <T> T bounded(Map<Series, T> all, Series series, T fresh) {
        T known = all.get(series);
        if (known != null) {
            return known;
        }
        Series kept = all.size() < MAX_SERIES ? series : series.withoutResource();
        T before = all.putIfAbsent(kept, fresh);
        return before == null ? fresh : before;
    }

    void write(PrometheusText text) {
        text.family(
                COUNTS,
                "counter",
                "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.");
        counts.forEach((series, count) -> text.sample(COUNTS, series.labels(), count.sum()));
        text.family(
                DURATIONS,
                "histogram",
                "Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.");
        durations.forEach((series, histogram) -> histogram.write(text, DURATIONS, series.labels()));
    }
}
