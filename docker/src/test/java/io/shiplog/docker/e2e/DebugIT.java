package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code kubectl debug}: containers that are added to a pod that runs, copies of pods, and pods that look into a node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebugIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("debug", 18473, "10.219.0.0/16", "10.152.0.0/16"), 1);
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
                    command: [sleep, '4711']
                """.formatted(name));
        shop.run("wait", "--for=condition=Ready", "pod/" + name, "--timeout=90s");
    }

    private String inTerminal(String command) {
        return cluster.host(
                        "script",
                        "-qec",
                        "(sleep 3; echo 'echo answer $((40+2)); exit'; sleep 2) | kubectl --kubeconfig %s %s"
                                .formatted(cluster.home().resolve("kubeconfig"), command),
                        "/dev/null")
                .out();
    }

    @Test
    void aShellSeesTheProcessesOfTheContainerThatItIsAddedFor() {
        run("target");

        shop.run(
                "debug",
                "target",
                "--image=busybox:1.36",
                "--target=app",
                "--container=look",
                "--",
                "sh",
                "-c",
                "ps; sleep 3600");
        String seen = shop.await(text -> text.contains("sleep 4711"), "logs", "target", "-c", "look");

        assertTrue(seen.contains("sleep 4711"), seen);
        assertEquals("app", shop.field("pod/target", ".spec.ephemeralContainers[0].targetContainerName"));
        assertEquals("0", shop.field("pod/target", ".status.containerStatuses[0].restartCount"));
        assertTrue(shop.run("exec", "target", "-c", "look", "--", "ps").contains("sleep 4711"));
        assertTrue(shop.run("describe", "pod", "target").contains("Ephemeral Containers:"));
        String log = cluster.shiplog("log", "pod/target", "-n", "shop").orFail();
        assertTrue(log.contains("container-added"), log);
    }

    @Test
    void anInteractiveShellIsAttachedTo() {
        run("talk");

        String said = inTerminal("debug -n shop talk -i --image=busybox:1.36 --container=shell -- sh");

        assertTrue(said.contains("answer 42"), said);
        shop.awaitField("0", "pod/talk", ".status.ephemeralContainerStatuses[0].state.terminated.exitCode");
        assertEquals("0", shop.field("pod/talk", ".status.ephemeralContainerStatuses[0].restartCount"));
        assertEquals("Running", shop.field("pod/talk", ".status.phase"));
    }

    @Test
    void whatWasAddedIsNeitherChangedNorRemoved() {
        run("kept");
        shop.run("debug", "kept", "--image=busybox:1.36", "--container=one", "--", "sleep", "3600");

        String changed = shop.refused(
                "patch",
                "pod",
                "kept",
                "--subresource=ephemeralcontainers",
                "-p",
                "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"one\",\"image\":\"other\"}]}}");
        String unknown = shop.refused("debug", "kept", "--image=busybox:1.36", "--target=none", "--", "sleep", "1");
        String removed = shop.refused(
                "patch",
                "pod",
                "kept",
                "--subresource=ephemeralcontainers",
                "--type=merge",
                "-p",
                "{\"spec\":{\"ephemeralContainers\":[]}}");

        assertTrue(changed.contains("existing ephemeral containers \"one\" may not be changed"), changed);
        assertTrue(unknown.contains("targetContainerName: Not found: \"none\""), unknown);
        assertTrue(removed.contains("existing ephemeral containers \"one\" may not be removed"), removed);
    }

    @Test
    void aContainerWithoutAnImageDoesNotTouchItsPod() {
        run("safe");

        shop.run(
                "debug",
                "safe",
                "--image=none.invalid/none:1",
                "--image-pull-policy=Never",
                "--container=no",
                "--",
                "sh");

        shop.awaitField("ErrImageNeverPull", "pod/safe", ".status.ephemeralContainerStatuses[0].state.waiting.reason");
        assertEquals("true", shop.field("pod/safe", ".status.containerStatuses[0].ready"));
    }

    @Test
    void aCopyOfAPodRunsWithAnotherCommand() {
        run("origin");

        shop.run("debug", "origin", "--copy-to=copy", "--container=app", "--", "sh", "-c", "echo copied; sleep 3600");

        assertTrue(shop.await(text -> text.contains("copied"), "logs", "copy", "-c", "app")
                .contains("copied"));
        shop.run("delete", "pod", "copy", "--now");
    }

    @Test
    void aPodLooksIntoItsNode() {
        String node = cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");

        shop.run(
                "debug",
                "node/" + node,
                "--image=busybox:1.36",
                "--profile=general",
                "--",
                "sh",
                "-c",
                "ls /host/etc; ps | wc -l; sleep 3600");
        String pod = cluster.await(
                        "the debugger",
                        SOON,
                        () -> shop.run("get", "pods", "-o", "name"),
                        names -> names.contains("node-debugger"))
                .lines()
                .filter(name -> name.contains("node-debugger"))
                .findFirst()
                .orElseThrow();

        String seen = shop.await(text -> text.contains("hostname"), "logs", pod);
        assertTrue(List.of(seen.split("\n")).contains("passwd"), seen);
        assertEquals("true", shop.field(pod, ".spec.hostPID"));
        shop.run("delete", pod, "--now");
    }
}
