package io.shiplog.events.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Metrics in Prometheus' text format.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText {
    /** The type of the whole text. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final StringBuilder text = new StringBuilder();

    /** Starts a family: its samples follow. */
    public void family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** Adds a sample of now. */
    public void sample(String name, Map<String, String> labels, double value) {
        line(name, labels, value);
        text.append('\n');
    }

    /** Adds a sample of another moment. */
    public void sample(String name, Map<String, String> labels, double value, Instant time) {
        line(name, labels, value);
        text.append(' ').append(time.toEpochMilli()).append('\n');
    }

    private void line(String name, Map<String, String> labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append(new TreeMap<>(labels)
                    .entrySet().stream()
                            .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                            .collect(Collectors.joining(",", "{", "}")));
        }
        text.append(' ').append(number(value));
    }

    /** Adds what this process itself uses, under the names of Prometheus' client libraries. */
    public void process(long startTimeMillis) {
        family("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.");
        sample("process_start_time_seconds", Map.of(), startTimeMillis / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            family("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.");
            sample("process_cpu_seconds_total", Map.of(), system.getProcessCpuTime() / NANOS);
        }
    }

    /** Without an exponent and without trailing zeros. */
    public static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
