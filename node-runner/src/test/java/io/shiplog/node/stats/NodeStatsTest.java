package io.shiplog.node.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage from files of the kernel, of both versions of control groups. */
class NodeStatsTest {
    @TempDir
    Path root;

    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private boolean shared;

    private void file(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void machine() {
        file("proc/stat", "cpu  100 0 50 900 5 0 0 0 0 0\ncpu0 1 1 1 1\n");
        file("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 700 kB\nInactive(file): 100 kB\n");
        file(
                "proc/8/net/dev",
                "Inter-| Receive\n face |bytes\n    lo: 9 9 9 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 1000 10 1 0 0 0 0 0 2000 20 2 0 0 0 0 0\n");
    }

    private void version1(long cpuNanos, long memory) {
        file("proc/7/cgroup", "9:cpu,cpuacct:/docker/c\n4:memory:/docker/c\n0::/\n");
        file("cgroup/cpu,cpuacct/docker/c/cpuacct.usage", cpuNanos + "\n");
        file("cgroup/memory/docker/c/memory.usage_in_bytes", memory + "\n");
        file("cgroup/memory/docker/c/memory.stat", "inactive_file 1\ntotal_inactive_file 100\ntotal_rss 50\n");
    }

    private void version2(long cpuNanos, long memory) {
        file("proc/7/cgroup", "0::/docker/c\n");
        file("cgroup/docker/c/cpu.stat", "usage_usec " + cpuNanos / 1000 + "\nuser_usec 1\n");
        file("cgroup/docker/c/memory.current", memory + "\n");
        file("cgroup/docker/c/memory.stat", "anon 50\ninactive_file 100\n");
    }

    private NodeStats stats() {
        RunningPod pod = new RunningPod(
                "shop",
                "web",
                "u",
                now,
                8,
                List.of(
                        new RunningPod.RunningContainer("app", "c", 7, now, "busybox", 4000, 500),
                        new RunningPod.RunningContainer("gone", "g", 99, now, "busybox", 0, 0)));
        return new NodeStats(
                new NodeStats.Facts("n1", shared, root, now, 2000, 1_024_000, "v1"),
                () -> List.of(pod),
                new MachineFiles(root.resolve("proc"), root.resolve("cgroup")),
                () -> now);
    }

    private static JsonNode tree(String json) {
        return Json.ofUtf8(json.getBytes(StandardCharsets.UTF_8)).tree();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ratesAreOfTheTimeBetweenTwoSamples(int version) {
        NodeStats stats = stats();
        use(version, 1_000_000_000, 1100);
        assertNull(tree(stats.summary(false)).at("/pods/0/containers/0/cpu").get("usageNanoCores"), "of one sample");

        now = now.plus(NodeStats.INTERVAL);
        use(version, 3_000_000_000L, 2100);
        file("proc/stat", "cpu  300 0 50 900 5 0 0 0 0 0\n");
        JsonNode summary = tree(stats.summary(false));

        JsonNode container = summary.at("/pods/0/containers/0");
        assertEquals(200_000_000, container.at("/cpu/usageNanoCores").asLong());
        assertEquals(3_000_000_000L, container.at("/cpu/usageCoreNanoSeconds").asLong());
        assertEquals(2000, container.at("/memory/workingSetBytes").asLong(), "without inactive files");
        assertEquals(50, container.at("/memory/rssBytes").asLong());
        assertEquals(2000, container.at("/memory/availableBytes").asLong(), "of its limit");
        assertEquals(1, summary.at("/pods/0/containers").size(), "one is gone");
        assertEquals(200_000_000, summary.at("/node/cpu/usageNanoCores").asLong());
        assertEquals(500 * 1024, summary.at("/node/memory/workingSetBytes").asLong());
        assertEquals(700 * 1024, summary.at("/node/memory/availableBytes").asLong());
        assertEquals(1000, summary.at("/pods/0/network/rxBytes").asLong());
        assertEquals(1, summary.at("/pods/0/network/interfaces").size(), "without loopback");
        assertEquals("2026-11-28T12:00:10Z", container.at("/cpu/time").asText());
    }

    private void use(int version, long cpuNanos, long memory) {
        if (version == 1) {
            version1(cpuNanos, memory);
        } else {
            version2(cpuNanos, memory);
        }
    }

    @Test
    void whoeverAsksThereIsOneSampleInTenSeconds() {
        NodeStats stats = stats();
        version2(1, 1100);
        stats.summary(false);

        version2(1, 9100);
        now = now.plus(NodeStats.INTERVAL.minus(Duration.ofMillis(1)));

        assertEquals(
                1000,
                tree(stats.summary(true))
                        .at("/pods/0/containers/0/memory/workingSetBytes")
                        .asLong());
        assertTrue(tree(stats.summary(true)).at("/node/fs").isMissingNode());
    }

    @Test
    void aNodeThatSharesItsMachineCountsItsPods() {
        shared = true;
        version2(1_000_000_000, 1100);

        JsonNode summary = tree(stats().summary(false));

        assertEquals(1000, summary.at("/node/memory/workingSetBytes").asLong());
        assertEquals(1_000_000_000, summary.at("/node/cpu/usageCoreNanoSeconds").asLong());
        assertEquals(1_023_000, summary.at("/node/memory/availableBytes").asLong());
        assertTrue(summary.at("/node/network").isMissingNode());
    }

    /** A container restarts, and its CPU time begins at zero. */
    @Test
    void timeThatRunsBackwardsIsNoRate() {
        NodeStats stats = stats();
        version2(3_000_000_000L, 1100);
        stats.summary(false);
        now = now.plus(NodeStats.INTERVAL);
        version2(1_000_000_000, 1100);

        assertTrue(tree(stats.summary(false))
                .at("/pods/0/containers/0/cpu/usageNanoCores")
                .isMissingNode());
    }

    @Test
    void theMetricsHaveTheKubeletsNames() {
        version2(2_500_000_000L, 1100);
        NodeStats stats = stats();

        String resource = stats.resource();
        assertTrue(
                resource.contains(
                        "container_cpu_usage_seconds_total{container=\"app\",namespace=\"shop\",pod=\"web\"} 2.5 1795867200000\n"),
                resource);
        assertTrue(resource.contains("pod_memory_working_set_bytes{namespace=\"shop\",pod=\"web\"} 1000 "), resource);
        String cadvisor = stats.cadvisor();
        assertTrue(
                cadvisor.contains(
                        "container_cpu_usage_seconds_total{container=\"app\",cpu=\"total\",id=\"/kubepods/podu/c\",image=\"busybox\",name=\"c\",namespace=\"shop\",pod=\"web\"} 2.5 "),
                cadvisor);
        assertTrue(
                cadvisor.contains(
                        "container_network_receive_bytes_total{id=\"/kubepods/podu\",interface=\"eth0\",namespace=\"shop\",pod=\"web\"} 1000 "),
                cadvisor);
        assertTrue(cadvisor.contains("container_spec_cpu_quota{container=\"app\""), cadvisor);
        assertFalse(cadvisor.contains("\"gone\"}"), cadvisor);
        assertTrue(stats.node().contains("kubelet_running_pods 1\n"));
    }
}
