package io.shiplog.node.stats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kubelet's Summary. What is not measured is left out.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go">types.go</a>
 */
final class SummaryJson {
    private SummaryJson() {}

    static String of(NodeStats.Facts facts, NodeStats.Pair pair, boolean cpuAndMemoryOnly) {
        Sample sample = pair.newest();
        Map<String, Long> earlier =
                pair.before() == null ? Map.of() : pair.before().cpuNanos();
        ObjectNode summary = Json.MAPPER.createObjectNode();
        ObjectNode node = summary.putObject("node");
        node.put("nodeName", facts.node()).put("startTime", seconds(facts.startTime()));
        cpu(
                node,
                sample,
                sample.node().cpuNanos(),
                sample.nanoCores(pair.before(), earlier, "", sample.node().cpuNanos()));
        memory(node, sample, sample.node(), sample.availableBytes());
        if (!cpuAndMemoryOnly) {
            network(node, sample, sample.interfaces());
            Sample.Disk disk = sample.disk();
            node.putObject("fs")
                    .put("time", seconds(sample.at()))
                    .put("availableBytes", disk.availableBytes())
                    .put("capacityBytes", disk.capacityBytes())
                    .put("usedBytes", disk.capacityBytes() - disk.availableBytes());
        }
        ArrayNode pods = summary.putArray("pods");
        sample.pods().forEach(each -> pod(pods.addObject(), pair, earlier, each, cpuAndMemoryOnly));
        return summary.toString();
    }

    private static void pod(
            ObjectNode tree,
            NodeStats.Pair pair,
            Map<String, Long> earlier,
            Sample.OfPod pod,
            boolean cpuAndMemoryOnly) {
        Sample sample = pair.newest();
        tree.putObject("podRef")
                .put("name", pod.pod().name())
                .put("namespace", pod.pod().namespace())
                .put("uid", pod.pod().uid());
        tree.put("startTime", seconds(pod.pod().startTime()));
        ArrayNode containers = tree.putArray("containers");
        long cores = 0;
        boolean all = true;
        for (Sample.OfContainer each : pod.containers()) {
            Long nanoCores = sample.nanoCores(
                    pair.before(), earlier, each.container().id(), each.usage().cpuNanos());
            all &= nanoCores != null;
            cores += nanoCores == null ? 0 : nanoCores;
            ObjectNode container = containers.addObject();
            container
                    .put("name", each.container().name())
                    .put("startTime", seconds(each.container().startTime()));
            cpu(container, sample, each.usage().cpuNanos(), nanoCores);
            long limit = each.container().memoryLimitBytes();
            memory(
                    container,
                    sample,
                    each.usage(),
                    limit > 0 ? limit - each.usage().workingSetBytes() : -1);
        }
        cpu(tree, sample, pod.usage().cpuNanos(), all ? (Long) cores : null);
        memory(tree, sample, pod.usage(), -1);
        if (!cpuAndMemoryOnly) {
            network(tree, sample, pod.interfaces());
        }
    }

    private static void cpu(ObjectNode tree, Sample sample, long nanos, @Nullable Long nanoCores) {
        ObjectNode cpu = tree.putObject("cpu").put("time", seconds(sample.at()));
        if (nanoCores != null) {
            cpu.put("usageNanoCores", nanoCores);
        }
        cpu.put("usageCoreNanoSeconds", nanos);
    }

    /** @param available -1 if there is no limit */
    private static void memory(ObjectNode tree, Sample sample, Usage usage, long available) {
        ObjectNode memory = tree.putObject("memory").put("time", seconds(sample.at()));
        if (available >= 0) {
            memory.put("availableBytes", available);
        }
        memory.put("usageBytes", usage.usageBytes())
                .put("workingSetBytes", usage.workingSetBytes())
                .put("rssBytes", usage.rssBytes())
                .put("pageFaults", usage.pageFaults())
                .put("majorPageFaults", usage.majorPageFaults());
    }

    private static void network(ObjectNode tree, Sample sample, List<Traffic> interfaces) {
        if (interfaces.isEmpty()) {
            return;
        }
        ObjectNode network = tree.putObject("network").put("time", seconds(sample.at()));
        Traffic first = interfaces.stream()
                .filter(each -> each.name().equals("eth0"))
                .findFirst()
                .orElse(interfaces.getFirst());
        traffic(network, first);
        ArrayNode all = network.putArray("interfaces");
        interfaces.forEach(each -> traffic(all.addObject(), each));
    }

    private static void traffic(ObjectNode tree, Traffic traffic) {
        tree.put("name", traffic.name())
                .put("rxBytes", traffic.receivedBytes())
                .put("rxErrors", traffic.receiveErrors())
                .put("txBytes", traffic.sentBytes())
                .put("txErrors", traffic.sendErrors());
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
