package io.shiplog.node.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.PodLabels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that are added to look into a pod, with time driven and an engine in memory. */
class EphemeralContainersTest {
    @TempDir
    Path folder;

    private static DesiredPod pod(String added) {
        return Pods.of(
                "{'containers':[{'name':'app','image':'i:1'}],'ephemeralContainers':[%s]}".formatted(added),
                "{'generation':2}",
                "{}");
    }

    private PodBench running() {
        return new PodBench(folder, Pods.of("{'containers':[{'name':'app','image':'i:1'}]}"));
    }

    private static JsonNode entry(PodBench bench) {
        JsonNode first = bench.status.path("ephemeralContainerStatuses").path(0);
        return first.isMissingNode() ? MissingNode.getInstance() : first;
    }

    @Test
    void aContainerIsAddedToAPodThatRuns() {
        PodBench bench = running();
        String app = bench.run("app").id();

        bench.want(pod("{'name':'debug','image':'i:1','stdin':true,'tty':true}"));

        assertTrue(bench.run("debug").running());
        assertTrue(bench.engine.request(bench.run("debug").id()).tty());
        assertTrue(entry(bench).path("state").has("running"));
        assertFalse(entry(bench).path("ready").asBoolean());
        assertFalse(entry(bench).has("started"));
        assertEquals(app, bench.run("app").id());
        assertEquals("True", bench.condition("Ready"));
        assertTrue(bench.events.contains("Started: Started container debug"));
        assertEquals(bench.run("debug").id(), bench.actor.running("debug"));
    }

    @Test
    void itSeesTheProcessesOfItsTarget() {
        PodBench bench = running();

        bench.want(pod("{'name':'debug','image':'i:1','targetContainerName':'app'}"));

        Container sandbox = bench.run(PodLabels.isSandbox(bench.run("POD")) ? "POD" : "app");
        assertEquals(
                "container:" + bench.run("app").id(),
                bench.engine.request(bench.run("debug").id()).namespaces().pid());
        assertEquals(
                "container:" + sandbox.id(),
                bench.engine.request(bench.run("debug").id()).namespaces().network());
    }

    @Test
    void itWaitsForATargetThatDoesNotRun() {
        PodBench bench = running();
        bench.exit("app", 1);
        bench.exit("app", 1);

        bench.want(pod("{'name':'debug','image':'i:1','targetContainerName':'app'}"));
        assertEquals(
                "unable to find target container \"app\"",
                entry(bench).path("state").path("waiting").path("message").asText());
        bench.pass(Duration.ofSeconds(40));

        assertTrue(entry(bench).path("state").has("running"));
    }

    @Test
    void itRunsOnce() {
        PodBench bench = running();
        bench.want(pod("{'name':'debug','image':'i:1'}"));

        bench.exit("debug", 3);
        bench.pass(Duration.ofMinutes(10));
        assertEquals(
                3,
                entry(bench).path("state").path("terminated").path("exitCode").asInt());
        bench.restartRunner();
        bench.pass(Duration.ofMinutes(10));

        assertEquals(
                3,
                entry(bench).path("state").path("terminated").path("exitCode").asInt());
        assertEquals(0, entry(bench).path("restartCount").asInt());
        assertEquals("Running", bench.status.path("phase").asText());
        assertEquals(
                1, bench.engine.list(Map.of(PodLabels.CONTAINER_NAME, "debug")).size());
    }

    @Test
    void itDoesNotKeepAFinishedPodAlive() {
        PodBench bench =
                new PodBench(folder, Pods.of("{'restartPolicy':'Never','containers':[{'name':'app','image':'i:1'}]}"));
        bench.want(Pods.of("{'restartPolicy':'Never','containers':[{'name':'app','image':'i:1'}],"
                + "'ephemeralContainers':[{'name':'debug','image':'i:1'}]}"));

        bench.exit("app", 0);

        assertEquals("Succeeded", bench.status.path("phase").asText());
        assertFalse(bench.run("debug").running());
    }

    @Test
    void anImageThatIsNotThereDoesNotTouchThePod() {
        PodBench bench = running();

        bench.want(pod("{'name':'debug','image':'none:1','imagePullPolicy':'Never'}"));

        assertEquals(
                "ErrImageNeverPull",
                entry(bench).path("state").path("waiting").path("reason").asText());
        assertEquals("True", bench.condition("Ready"));
        assertEquals("Running", bench.status.path("phase").asText());
    }
}
