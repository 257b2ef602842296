package io.shiplog.node.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The resize of a pod that runs, with time driven and an engine in memory. */
class PodResizeTest {
    private static final String MEMORY_RESTARTS = "{'resourceName':'memory','restartPolicy':'RestartContainer'}";
    private static final String GENERATION_2 = "{'generation':2}";

    @TempDir
    Path folder;

    private static String spec(String cpu, String memory, String policy) {
        return ("{'restartPolicy':'OnFailure','containers':[{'name':'app','image':'i:1','resizePolicy':[%s],'resources':"
                        + "{'requests':{'cpu':'%s','memory':'%s'},'limits':{'cpu':'%s','memory':'%s'}}}]}")
                .formatted(policy, cpu, memory, cpu, memory);
    }

    private static DesiredPod pod(String cpu, String memory) {
        return pod(cpu, memory, "");
    }

    private static DesiredPod pod(String cpu, String memory, String policy) {
        return Pods.of(spec(cpu, memory, policy), GENERATION_2, "{}");
    }

    private PodBench running(String policy) {
        PodBench bench = new PodBench(folder, Pods.of(spec("100m", "100Mi", policy)));
        bench.events.clear();
        return bench;
    }

    private static JsonNode condition(PodBench bench, String type) {
        for (JsonNode condition : bench.status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void theStatusSaysWhatEachContainerWasGiven() {
        PodBench bench = running("");

        assertEquals(
                "{\"cpu\":\"100m\",\"memory\":\"100Mi\"}",
                bench.entry("app").path("allocatedResources").toString());
        assertEquals(
                "{\"limits\":{\"cpu\":\"100m\",\"memory\":\"100Mi\"},\"requests\":{\"cpu\":\"100m\",\"memory\":\"100Mi\"}}",
                bench.entry("app").path("resources").toString());
    }

    @Test
    void aRunningContainerGetsOtherLimitsWithoutARestart() {
        PodBench bench = running("");
        String before = bench.run("app").id();

        bench.want(pod("200m", "150Mi"));

        assertEquals(before, bench.run("app").id());
        assertEquals(new Limits(204, 20_000, 150L << 20, 0), bench.run("app").limits());
        assertEquals(
                "200m",
                bench.entry("app").path("allocatedResources").path("cpu").asText());
        assertEquals(
                "150Mi",
                bench.entry("app")
                        .path("resources")
                        .path("limits")
                        .path("memory")
                        .asText());
        assertEquals(0, bench.entry("app").path("restartCount").asInt());
        assertTrue(condition(bench, "PodResizeInProgress").isMissingNode());
        assertTrue(condition(bench, "PodResizePending").isMissingNode());
        assertEquals(2, bench.status.path("observedGeneration").asInt());
        String amounts =
                "{\"containers\":[{\"name\":\"app\",\"resources\":{\"requests\":{\"cpu\":\"200m\",\"memory\":\"150Mi\"},"
                        + "\"limits\":{\"cpu\":\"200m\",\"memory\":\"150Mi\"}}}],\"generation\":2}";
        assertEquals(
                List.of(
                        "ResizeStarted: Pod resize started: " + amounts,
                        "ResizeCompleted: Pod resize completed: " + amounts),
                bench.events);
    }

    @Test
    void aContainerWhosePolicyAsksForItRunsAgain() {
        PodBench bench = running(MEMORY_RESTARTS);
        String before = bench.run("app").id();

        bench.want(pod("100m", "200Mi", MEMORY_RESTARTS));

        assertNotEquals(before, bench.run("app").id());
        assertTrue(bench.run("app").running());
        assertEquals(200L << 20, bench.run("app").limits().memoryBytes());
        assertEquals(1, bench.entry("app").path("restartCount").asInt());
        assertEquals("Running", bench.status.path("phase").asText());
        assertTrue(bench.events.contains("Killing: Container app resize requires restart"));
        assertTrue(condition(bench, "PodResizeInProgress").isMissingNode());
    }

    @Test
    void aContainerThatEndsWellForItsResizeRunsAgainAllTheSame() {
        PodBench bench = running(MEMORY_RESTARTS);
        bench.engine.ignoreSignals(bench.run("app").id());

        bench.want(pod("100m", "200Mi", MEMORY_RESTARTS));
        assertEquals(
                "True", condition(bench, "PodResizeInProgress").path("status").asText());
        bench.exit("app", 0);

        assertTrue(bench.run("app").running());
        assertEquals("Running", bench.status.path("phase").asText());
        assertEquals(1, bench.entry("app").path("restartCount").asInt());
    }

    @Test
    void aResizeOfOneResourceDoesNotRestartForTheOther() {
        PodBench bench = running(MEMORY_RESTARTS);
        String before = bench.run("app").id();

        bench.want(pod("300m", "100Mi", MEMORY_RESTARTS));

        assertEquals(before, bench.run("app").id());
        assertEquals(30_000, bench.run("app").limits().cpuQuota());
    }

    @Test
    void whatTheNodeNeverHasIsInfeasible() {
        PodBench bench = running("");

        bench.want(pod("64", "100Mi"));

        JsonNode pending = condition(bench, "PodResizePending");
        assertEquals("Infeasible", pending.path("reason").asText());
        assertEquals(
                "Node didn't have enough capacity: cpu, requested: 64000, capacity: 4000",
                pending.path("message").asText());
        assertEquals(2, pending.path("observedGeneration").asInt());
        assertEquals(10_000, bench.run("app").limits().cpuQuota());
        assertEquals(
                "100m",
                bench.entry("app").path("allocatedResources").path("cpu").asText());
        assertEquals(1, bench.events.size());
        assertTrue(bench.events.getFirst().startsWith("ResizeInfeasible: Pod resize Infeasible: {"));
    }

    @Test
    void aResizeWaitsForOtherPodsToEnd() {
        PodBench bench = running("");
        DesiredPod other = Pods.of("{'containers':[{'name':'b','image':'i:1','resources':{'requests':{'cpu':'3'}}}]}");
        bench.others.add(other);

        bench.want(pod("2", "100Mi"));
        assertEquals(
                "Deferred", condition(bench, "PodResizePending").path("reason").asText());
        assertEquals(
                "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000",
                condition(bench, "PodResizePending").path("message").asText());
        assertEquals(10_000, bench.run("app").limits().cpuQuota());
        bench.others.remove(other);
        bench.pass(Duration.ofSeconds(3));

        assertTrue(condition(bench, "PodResizePending").isMissingNode());
        assertEquals(200_000, bench.run("app").limits().cpuQuota());
    }

    @Test
    void whatTheEngineRefusesIsSaidAndTriedAgain() {
        PodBench bench = running("");
        bench.engine.refuseUpdates("i:1", "device or resource busy");

        bench.want(pod("100m", "50Mi"));

        JsonNode progress = condition(bench, "PodResizeInProgress");
        assertEquals("Error", progress.path("reason").asText());
        assertEquals(
                "failed to resize container \"app\" of pod web_default(u1): device or resource busy",
                progress.path("message").asText());
        assertEquals(
                "104857600",
                bench.entry("app")
                        .path("resources")
                        .path("limits")
                        .path("memory")
                        .asText());
        assertEquals(
                "50Mi",
                bench.entry("app").path("allocatedResources").path("memory").asText());
        assertEquals("Running", bench.status.path("phase").asText());
        bench.engine.refuseUpdates("i:1", "");
        bench.pass(Duration.ofSeconds(15));
        assertTrue(condition(bench, "PodResizeInProgress").isMissingNode());
        assertEquals(50L << 20, bench.run("app").limits().memoryBytes());
    }

    @Test
    void aRunnerThatStartsAgainKnowsWhatAPodWasGiven() {
        PodBench bench = running("");
        bench.want(pod("64", "100Mi"));

        bench.restartRunner();

        assertEquals(
                "Infeasible",
                condition(bench, "PodResizePending").path("reason").asText());
        assertEquals(
                "100m",
                bench.entry("app").path("allocatedResources").path("cpu").asText());
        assertEquals(10_000, bench.run("app").limits().cpuQuota());
        assertEquals(0, bench.entry("app").path("restartCount").asInt());
    }
}
