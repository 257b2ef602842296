package io.shiplog.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.docker.DockerEngine;
import io.shiplog.node.net.DockerBridgeNetwork;
import io.shiplog.node.pod.PodLabels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods as containers of a real Docker Engine. */
@Tag("docker")
class PodsOnDockerTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final String NODE = "node-a";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final String cluster = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeCluster kube = new FakeCluster(NODE);
    private ContainerEngine engine;
    private NodeRunner runner;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/var/run/docker.sock")), "no Docker Engine at /var/run/docker.sock");
        TestImages.ensureBusybox();
        engine = DockerEngine.connect("unix:///var/run/docker.sock");
        runner = startRunner();
    }

    private NodeRunner startRunner() throws Exception {
        NodeRunnerConfig config = new NodeRunnerConfig(
                cluster,
                NODE,
                "127.0.0.1",
                0,
                folder.resolve("node"),
                "",
                "",
                "cluster.local",
                1,
                SSLContext.getDefault());
        return NodeRunner.start(config, engine, new DockerBridgeNetwork(engine), kube, kube);
    }

    @AfterEach
    void stop() {
        if (runner != null) {
            runner.close();
        }
        if (engine != null) {
            NodeRunner.removeEverything(engine, cluster);
            engine.close();
        }
    }

    @Test
    void aPodRunsIsRestartedAndIsDeleted() {
        kube.create(
                PODS,
                pod(
                        "web",
                        "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\","
                                + "\"command\":[\"sh\",\"-c\",\"trap 'exit 0' TERM; echo hello; while :; do sleep 0.1; done\"]}",
                        ""));

        waitUntil("the pod is ready", () -> condition("web", "Ready").equals("True"));
        assertEquals("Running", kube.status("web").path("phase").asText());
        assertTrue(kube.status("web").path("podIP").asText().matches("[0-9.]+"));

        engine.signal(containerId("web"), "SIGKILL");
        waitUntil(
                "the container was restarted",
                () -> entry("web").path("restartCount").asInt() == 1
                        && entry("web").path("ready").asBoolean());
        assertEquals(
                137,
                entry("web")
                        .path("lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt());

        kube.delete(ObjectKey.of(PODS, "default", "web"), 30, Instant.now());
        waitUntil("the object went", () -> !kube.has("web"));
        assertTrue(engine.list(Map.of(PodLabels.CLUSTER, cluster)).isEmpty());
    }

    @Test
    void aRunnerThatIsStartedAgainFindsItsContainersAndRestartsNone() throws Exception {
        kube.create(
                PODS,
                pod(
                        "web",
                        "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\","
                                + "\"command\":[\"sleep\",\"1000\"]}",
                        ""));
        waitUntil("the pod is ready", () -> condition("web", "Ready").equals("True"));
        String before = containerId("web");
        runner.close();

        kube.create(
                PODS,
                pod(
                        "second",
                        "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\","
                                + "\"command\":[\"sleep\",\"1000\"]}",
                        ""));
        runner = startRunner();

        waitUntil(
                "the pod that came meanwhile is ready",
                () -> condition("second", "Ready").equals("True"));
        assertEquals(before, containerId("web"));
        assertEquals(0, entry("web").path("restartCount").asInt());
        assertNotEquals(before, containerId("second"));
        assertFalse(containerId("second").isEmpty());
    }

    private static String pod(String name, String container, String more) {
        return "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"containers\":[%s]%s}}".formatted(name, container, more);
    }

    private JsonNode entry(String pod) {
        return kube.status(pod).path("containerStatuses").path(0);
    }

    private String containerId(String pod) {
        return entry(pod).path("containerID").asText().replace("docker://", "");
    }

    private String condition(String pod, String type) {
        for (JsonNode condition : kube.status(pod).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    private void waitUntil(String what, BooleanSupplier holds) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!holds.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not in time: " + what + "; told: " + kube.told() + "; web: "
                        + kube.status("web").toPrettyString());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }
}
