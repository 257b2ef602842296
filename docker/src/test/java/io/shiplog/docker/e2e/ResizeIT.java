package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The resize of pods that run, with real containers: what {@code kubectl patch --subresource resize} does to them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResizeIT {
    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("resize", 18483, "10.218.0.0/16", "10.153.0.0/16"), 1);
    private Kubectl shop;

    @BeforeAll
    void up() {
        cluster.up();
        shop = Kubectl.inNewNamespace(cluster, "shop");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private void run(String name) {
        shop.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: app
                    image: busybox:1.36
                    command: [sleep, '3600']
                    resizePolicy:
                    - {resourceName: memory, restartPolicy: RestartContainer}
                    resources:
                      requests: {cpu: 50m, memory: 32Mi}
                      limits: {cpu: 100m, memory: 64Mi}
                """.formatted(name));
        shop.run("wait", "--for=condition=Ready", "pod/" + name, "--timeout=90s");
    }

    private String[] resize(String name, String resources) {
        return new String[] {
            "patch",
            "pod",
            name,
            "--subresource=resize",
            "-p",
            "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":" + resources.replace('\'', '"') + "}]}}"
        };
    }

    private String quota(String name) {
        String id = shop.field("pod/" + name, ".status.containerStatuses[0].containerID")
                .replace("docker://", "");
        return cluster.host(
                        "docker",
                        "inspect",
                        "-f",
                        "{{.HostConfig.CpuQuota}} {{.HostConfig.CpuShares}} {{.HostConfig.Memory}}",
                        id)
                .orFail()
                .strip();
    }

    @Test
    void cpuChangesWhileTheContainerRuns() {
        run("cpu");
        String id = shop.field("pod/cpu", ".status.containerStatuses[0].containerID");

        shop.run(resize("cpu", "{'requests':{'cpu':'100m'},'limits':{'cpu':'250m'}}"));
        shop.awaitField("250m", "pod/cpu", ".status.containerStatuses[0].resources.limits.cpu");

        assertEquals("25000 102 67108864", quota("cpu"));
        assertEquals(id, shop.field("pod/cpu", ".status.containerStatuses[0].containerID"));
        assertEquals("100m", shop.field("pod/cpu", ".status.containerStatuses[0].allocatedResources.cpu"));
        assertEquals("2", shop.field("pod/cpu", ".status.observedGeneration"));
        shop.await(text -> text.contains("ResizeCompleted"), "get", "events");
        Matcher resized = Pattern.compile("#(\\d+)\\s+\\S+\\s+resized")
                .matcher(cluster.shiplog("log", "pod/cpu", "-n", "shop").orFail());
        assertTrue(resized.find());

        cluster.shiplog("undo", "#" + resized.group(1), "--yes").orFail();
        shop.awaitField("100m", "pod/cpu", ".status.containerStatuses[0].resources.limits.cpu");
        assertEquals("10000 51 67108864", quota("cpu"));
    }

    @Test
    void memoryRestartsTheContainerIfItsPolicySaysSo() {
        run("memory");
        String id = shop.field("pod/memory", ".status.containerStatuses[0].containerID");

        shop.run(resize("memory", "{'requests':{'memory':'64Mi'},'limits':{'memory':'96Mi'}}"));
        shop.awaitField("1", "pod/memory", ".status.containerStatuses[0].restartCount");
        shop.awaitField("96Mi", "pod/memory", ".status.containerStatuses[0].resources.limits.memory");

        assertEquals("10000 51 100663296", quota("memory"));
        assertNotEquals(id, shop.field("pod/memory", ".status.containerStatuses[0].containerID"));
        shop.awaitField("", "pod/memory", ".status.conditions[?(@.type==\"PodResizeInProgress\")].status");
    }

    @Test
    void whatTheNodeNeverHasIsInfeasibleAndThePodGoesOn() {
        run("big");

        shop.run(resize("big", "{'requests':{'cpu':'500'},'limits':{'cpu':'500'}}"));
        shop.awaitField("Infeasible", "pod/big", ".status.conditions[?(@.type==\"PodResizePending\")].reason");

        assertEquals("10000 51 67108864", quota("big"));
        assertEquals("50m", shop.field("pod/big", ".status.containerStatuses[0].allocatedResources.cpu"));
        shop.run(resize("big", "{'requests':{'cpu':'50m'},'limits':{'cpu':'100m'}}"));
        shop.awaitField("", "pod/big", ".status.conditions[?(@.type==\"PodResizePending\")].reason");
    }

    @Test
    void whatIsNoResizeIsRefused() {
        run("strict");

        String quality = shop.refused(resize("strict", "{'requests':{'cpu':'100m','memory':'64Mi'}}"));
        String removed = shop.refused(resize("strict", "{'limits':{'cpu':null}}"));
        String update = shop.refused(
                "patch",
                "pod",
                "strict",
                "-p",
                "{\"spec\":{\"containers\":[{\"name\":\"app\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}}]}}");

        assertTrue(quality.contains("Pod QOS Class may not change as a result of resizing"), quality);
        assertTrue(removed.contains("resource limits cannot be removed"), removed);
        assertTrue(update.contains("pod updates may not change fields other than"), update);
    }
}
