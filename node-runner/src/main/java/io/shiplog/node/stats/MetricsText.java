package io.shiplog.node.stats;

import io.shiplog.events.metrics.PrometheusText;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The kubelet's metrics under its names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/node-metrics/">Node metrics data</a>
 */
final class MetricsText {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final int CPU_PERIOD_MICROS = 100_000;

    private MetricsText() {}

    static String resource(Sample sample) {
        PrometheusText text = new PrometheusText();
        text.family(
                "container_cpu_usage_seconds_total",
                "counter",
                "[STABLE] Cumulative cpu time consumed by the container in core-seconds");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_cpu_usage_seconds_total",
                        of(pod, each),
                        each.usage().cpuNanos() / NANOS,
                        sample.at()));
        text.family(
                "container_memory_working_set_bytes",
                "gauge",
                "[STABLE] Current working set of the container in bytes");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_memory_working_set_bytes",
                        of(pod, each),
                        each.usage().workingSetBytes(),
                        sample.at()));
        text.family(
                "container_start_time_seconds",
                "gauge",
                "[STABLE] Start time of the container since unix epoch in seconds");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_start_time_seconds",
                        of(pod, each),
                        each.container().startTime().toEpochMilli() / MILLIS));
        text.family(
                "node_cpu_usage_seconds_total",
                "counter",
                "[STABLE] Cumulative cpu time consumed by the node in core-seconds");
        text.sample("node_cpu_usage_seconds_total", Map.of(), sample.node().cpuNanos() / NANOS, sample.at());
        text.family("node_memory_working_set_bytes", "gauge", "[STABLE] Current working set of the node in bytes");
        text.sample("node_memory_working_set_bytes", Map.of(), sample.node().workingSetBytes(), sample.at());
        text.family(
                "pod_cpu_usage_seconds_total",
                "counter",
                "[STABLE] Cumulative cpu time consumed by the pod in core-seconds");
        pods(
                sample,
                pod -> text.sample(
                        "pod_cpu_usage_seconds_total", of(pod), pod.usage().cpuNanos() / NANOS, sample.at()));
        text.family("pod_memory_working_set_bytes", "gauge", "[STABLE] Current working set of the pod in bytes");
        pods(
                sample,
                pod -> text.sample(
                        "pod_memory_working_set_bytes", of(pod), pod.usage().workingSetBytes(), sample.at()));
        text.family(
                "resource_scrape_error",
                "gauge",
                "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise");
        text.sample("resource_scrape_error", Map.of(), 0);
        return text.toString();
    }

    static String cadvisor(NodeStats.Facts facts, Sample sample) {
        PrometheusText text = new PrometheusText();
        counted(
                text,
                sample,
                "container_cpu_usage_seconds_total",
                "Cumulative cpu time consumed in seconds.",
                true,
                usage -> usage.cpuNanos() / NANOS);
        counted(
                text,
                sample,
                "container_memory_usage_bytes",
                "Current memory usage in bytes, including all memory regardless of when it was accessed",
                false,
                Usage::usageBytes);
        counted(
                text,
                sample,
                "container_memory_working_set_bytes",
                "Current working set in bytes.",
                false,
                Usage::workingSetBytes);
        counted(text, sample, "container_memory_rss", "Size of RSS in bytes.", false, Usage::rssBytes);
        counted(
                text,
                sample,
                "container_memory_cache",
                "Number of bytes of page cache memory.",
                false,
                Usage::cacheBytes);
        text.family(
                "container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_start_time_seconds",
                        whole(pod, each),
                        each.container().startTime().toEpochMilli() / MILLIS,
                        sample.at()));
        text.family("container_last_seen", "gauge", "Last time a container was seen by the exporter");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_last_seen", whole(pod, each), sample.at().getEpochSecond(), sample.at()));
        text.family("container_spec_memory_limit_bytes", "gauge", "Memory limit for the container.");
        containers(
                sample,
                (pod, each) -> text.sample(
                        "container_spec_memory_limit_bytes",
                        whole(pod, each),
                        each.container().memoryLimitBytes(),
                        sample.at()));
        text.family("container_spec_cpu_period", "gauge", "CPU period of the container.");
        containers(
                sample,
                (pod, each) ->
                        text.sample("container_spec_cpu_period", whole(pod, each), CPU_PERIOD_MICROS, sample.at()));
        text.family("container_spec_cpu_quota", "gauge", "CPU quota of the container.");
        containers(sample, (pod, each) -> {
            if (each.container().cpuLimitMillis() > 0) {
                text.sample(
                        "container_spec_cpu_quota",
                        whole(pod, each),
                        each.container().cpuLimitMillis() * (CPU_PERIOD_MICROS / MILLIS),
                        sample.at());
            }
        });
        traffic(
                text,
                sample,
                "container_network_receive_bytes_total",
                "Cumulative count of bytes received",
                Traffic::receivedBytes);
        traffic(
                text,
                sample,
                "container_network_receive_packets_total",
                "Cumulative count of packets received",
                Traffic::receivedPackets);
        traffic(
                text,
                sample,
                "container_network_receive_errors_total",
                "Cumulative count of errors encountered while receiving",
                Traffic::receiveErrors);
        traffic(
                text,
                sample,
                "container_network_transmit_bytes_total",
                "Cumulative count of bytes transmitted",
                Traffic::sentBytes);
        traffic(
                text,
                sample,
                "container_network_transmit_packets_total",
                "Cumulative count of packets transmitted",
                Traffic::sentPackets);
        traffic(
                text,
                sample,
                "container_network_transmit_errors_total",
                "Cumulative count of errors encountered while transmitting",
                Traffic::sendErrors);
        text.family("machine_cpu_cores", "gauge", "Number of logical CPU cores.");
        text.sample("machine_cpu_cores", Map.of(), facts.cpuMillis() / MILLIS);
        text.family("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.");
        text.sample("machine_memory_bytes", Map.of(), facts.memoryBytes());
        return text.toString();
    }

    static String node(NodeStats.Facts facts, Sample sample) {
        PrometheusText text = new PrometheusText();
        text.family("kubelet_node_name", "gauge", "[ALPHA] The node's name. The count is always 1.");
        text.sample("kubelet_node_name", Map.of("node", facts.node()), 1);
        text.family("kubelet_running_pods", "gauge", "[BETA] Number of pods that have a running pod sandbox");
        text.sample("kubelet_running_pods", Map.of(), sample.pods().size());
        text.family("kubelet_running_containers", "gauge", "[BETA] Number of containers currently running");
        text.sample(
                "kubelet_running_containers",
                Map.of("container_state", "running"),
                sample.pods().stream().mapToInt(pod -> pod.containers().size()).sum());
        text.family(
                "kubernetes_build_info",
                "gauge",
                "[BETA] A metric with a constant '1' value labeled by the version of the node runner.");
        text.sample("kubernetes_build_info", Map.of("git_version", facts.version(), "platform", "linux"), 1);
        text.process(ManagementFactory.getRuntimeMXBean().getStartTime());
        return text.toString();
    }

    private interface EachContainer {
        void take(Sample.OfPod pod, Sample.OfContainer container);
    }

    private static void containers(Sample sample, EachContainer each) {
        sample.pods().forEach(pod -> pod.containers().forEach(container -> each.take(pod, container)));
    }

    private static void pods(Sample sample, java.util.function.Consumer<Sample.OfPod> each) {
        sample.pods().forEach(each);
    }

    private static Map<String, String> of(Sample.OfPod pod) {
        return Map.of("namespace", pod.pod().namespace(), "pod", pod.pod().name());
    }

    private static Map<String, String> of(Sample.OfPod pod, Sample.OfContainer container) {
        Map<String, String> labels = new HashMap<>(of(pod));
        labels.put("container", container.container().name());
        return labels;
    }

    private static Map<String, String> whole(Sample.OfPod pod, Sample.OfContainer container) {
        Map<String, String> labels = of(pod, container);
        labels.put(
                "id",
                "/kubepods/pod" + pod.pod().uid() + "/" + container.container().id());
        labels.put("image", container.container().image());
        labels.put("name", container.container().id());
        return labels;
    }

    /** Of each container, of each pod (with an empty container), and of the node (with the id of the root). */
    private static void counted(
            PrometheusText text,
            Sample sample,
            String name,
            String help,
            boolean counter,
            ToDoubleFunction<Usage> value) {
        text.family(name, counter ? "counter" : "gauge", help);
        Map<String, String> more = counter ? Map.of("cpu", "total") : Map.of();
        containers(
                sample,
                (pod, each) -> text.sample(
                        name, with(whole(pod, each), more), value.applyAsDouble(each.usage()), sample.at()));
        pods(sample, pod -> {
            Map<String, String> labels = new HashMap<>(of(pod));
            labels.put("container", "");
            labels.put("id", "/kubepods/pod" + pod.pod().uid());
            labels.put("image", "");
            labels.put("name", "");
            text.sample(name, with(labels, more), value.applyAsDouble(pod.usage()), sample.at());
        });
        Map<String, String> root =
                new HashMap<>(Map.of("container", "", "id", "/", "image", "", "name", "", "namespace", "", "pod", ""));
        text.sample(name, with(root, more), value.applyAsDouble(sample.node()), sample.at());
    }

    private static Map<String, String> with(Map<String, String> labels, Map<String, String> more) {
        labels.putAll(more);
        return labels;
    }

    private static void traffic(
            PrometheusText text, Sample sample, String name, String help, ToLongFunction<Traffic> value) {
        text.family(name, "counter", help);
        pods(
                sample,
                pod -> pod.interfaces().forEach(each -> {
                    Map<String, String> labels = new HashMap<>(of(pod));
                    labels.put("id", "/kubepods/pod" + pod.pod().uid());
                    labels.put("interface", each.name());
                    text.sample(name, labels, value.applyAsLong(each), sample.at());
                }));
    }
}
