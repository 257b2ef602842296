package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Faults of nodes that users of Kubernetes and its kin have reported, with real containers and seen through kubectl. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodFaultsIT {
    private static final String SLEEP = "command: [sleep, '1000']";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("podfaults", 18283, "10.223.0.0/16", "10.148.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Kubectl in(String namespace) {
        return Kubectl.inNewNamespace(cluster, namespace);
    }

    /** A pod of one container called main; both parts are fields in YAML's flow style. */
    private static String pod(String name, String spec, String container) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: NAME}
                spec: {SPEC containers: [{name: main, image: busybox, imagePullPolicy: IfNotPresent, CONTAINER}]}
                ---
                """.replace("NAME", name)
                .replace("SPEC", spec.isEmpty() ? "" : spec + ",")
                .replace("CONTAINER", container);
    }

    private static String shell(String script) {
        return "command: [sh, -c, '" + script + "']";
    }

    private static void awaitEvent(Kubectl kubectl, String pod, String message) {
        kubectl.await(
                text -> text.contains(message),
                "get",
                "events",
                "--field-selector",
                "involvedObject.name=" + pod,
                "-o",
                "jsonpath={range .items[*]}{.reason}: {.message}{\"\\n\"}{end}");
    }

    private static String id(Kubectl kubectl, String pod) {
        return kubectl.field("pod/" + pod, ".status.containerStatuses[0].containerID")
                .replace("docker://", "");
    }

    /** The bytes that a command prints: both streams, in their order. */
    private byte[] bytes(Path folder, String command) throws IOException {
        Path file = Files.createTempFile(folder, "out", "");
        cluster.host(
                        "sh",
                        "-c",
                        "KUBECONFIG=" + cluster.home().resolve("kubeconfig") + " " + command + " > " + file + " 2>&1")
                .orFail();
        return Files.readAllBytes(file);
    }

    @ConcurrentTest
    void everyByteOfALogIsShownAsTheEngineShowsIt(@TempDir Path folder) throws IOException {
        Kubectl kubectl = in("logs");
        kubectl.apply(pod(
                "lines",
                "restartPolicy: Never",
                shell("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done")));
        kubectl.apply(
                pod("long", "restartPolicy: Never", shell("head -c 2000 /dev/zero | tr \"\\\\0\" x; echo; echo end")));
        kubectl.apply(
                pod(
                        "bytes",
                        "restartPolicy: Never",
                        shell(
                                "head -c 100000 /dev/urandom; echo; head -c 50000 /dev/zero | tr \"\\\\0\" \"\\\\377\"; echo; echo; printf last")));
        for (String pod : List.of("lines", "long", "bytes")) {
            kubectl.awaitField("Succeeded", "pod/" + pod, ".status.phase");
            String id = id(kubectl, pod);
            byte[] all = bytes(folder, "docker logs " + id);
            for (String option :
                    List.of("", "-f", "--since=5m", "--since-time=2020-01-01T00:00:00Z", "--tail=100000")) {
                assertArrayEquals(all, bytes(folder, "kubectl -n logs logs " + pod + " " + option), pod + " " + option);
            }
            assertEquals(
                    new String(all, 0, 100, StandardCharsets.ISO_8859_1),
                    new String(
                            bytes(folder, "kubectl -n logs logs --limit-bytes=100 " + pod),
                            StandardCharsets.ISO_8859_1));
        }
        String lines = id(kubectl, "lines");
        assertArrayEquals(
                bytes(folder, "docker logs --tail 1500 " + lines),
                bytes(folder, "kubectl -n logs logs lines --tail=1500"));
        assertArrayEquals(
                bytes(folder, "docker logs -t " + lines), bytes(folder, "kubectl -n logs logs lines --timestamps"));
        assertEquals("x".repeat(2000) + "\nend\n", kubectl.run("logs", "long"));
        assertEquals("end\n", kubectl.run("logs", "long", "--tail=1"));
        assertEquals("last", kubectl.run("logs", "bytes", "--tail=1"));
    }

    @ConcurrentTest
    void theFilesOfAnImageAreAVolumeAndAMissingImageSaysSo() {
        Kubectl kubectl = in("images");
        String mount = "volumeMounts: [{name: v, mountPath: /v, subPath: usr}]";
        kubectl.apply(pod("there", "volumes: [{name: v, image: {reference: busybox}}]", SLEEP + ", " + mount)
                .replace("reference: busybox", "reference: busybox, pullPolicy: IfNotPresent"));
        kubectl.apply(
                pod("far", "volumes: [{name: v, image: {reference: \"127.0.0.1:1/far:1\"}}]", SLEEP + ", " + mount));
        kubectl.run("wait", "--for=condition=Ready", "pod/there", "--timeout=120s");

        assertTrue(kubectl.run("exec", "there", "--", "ls", "/v").contains("bin\n"));
        String write = kubectl.refused("exec", "there", "--", "touch", "/v/x");
        assertTrue(write.contains("Read-only file system"), write);
        assertEquals("IfNotPresent", kubectl.field("pod/far", ".spec.volumes[0].image.pullPolicy"));
        kubectl.await(
                text -> text.equals("ErrImagePull") || text.equals("ImagePullBackOff"),
                "get",
                "pod/far",
                "-o",
                "jsonpath={.status.containerStatuses[0].state.waiting.reason}");
    }

    @ConcurrentTest
    void aContainerRunsAgainAfterTheExitCodesOfItsRules() {
        Kubectl kubectl = in("rules");
        kubectl.apply(
                pod(
                        "rule",
                        "restartPolicy: Never",
                        shell("exit 42")
                                + ", restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"));
        kubectl.apply(pod("none", "restartPolicy: Always", shell("exit 7") + ", restartPolicy: Never"));

        kubectl.awaitField("Failed", "pod/none", ".status.phase");
        kubectl.awaitField("CrashLoopBackOff", "pod/rule", ".status.containerStatuses[0].state.waiting.reason");
        assertEquals("Running", kubectl.field("pod/rule", ".status.phase"));
        assertEquals("0", kubectl.field("pod/none", ".status.containerStatuses[0].restartCount"));
    }

    @ConcurrentTest
    void aLogThatIsNotThereYetSaysWhatItWaitsFor() {
        Kubectl kubectl = in("waiting");
        kubectl.apply(pod(
                "init",
                "initContainers: [{name: one, image: busybox, imagePullPolicy: IfNotPresent, " + SLEEP + "}]",
                SLEEP));
        kubectl.apply(pod("far", "", SLEEP).replace("image: busybox", "image: \"127.0.0.1:1/far/away:1\""));
        kubectl.awaitField("true", "pod/init", ".status.initContainerStatuses[0].started");

        assertEquals(
                "Error from server (BadRequest): container \"main\" in pod \"init\" is waiting to start: PodInitializing\n",
                kubectl.refused("logs", "init", "-c", "main"));
        kubectl.await(
                text -> text.contains(
                        "container \"main\" in pod \"far\" is waiting to start: trying and failing to pull image"),
                "logs",
                "far");
    }

    @ConcurrentTest
    void aPodIsOverWhenItsSidecarHasEnded() {
        Kubectl kubectl = in("sidecars");
        String sidecar =
                "restartPolicy: Never, initContainers: [{name: side, image: busybox, imagePullPolicy: IfNotPresent, restartPolicy: Always, "
                        + shell("trap \"sleep 6; exit 0\" TERM; while :; do sleep 0.1; done") + "}]";
        kubectl.apply(pod("well", sidecar, shell("sleep 2")));
        kubectl.apply(pod("badly", sidecar, shell("sleep 2; exit 4")));
        String[] fields = {
            "-o",
            "jsonpath={.status.phase} {.status.containerStatuses[0].state.terminated.exitCode}"
                    + " {.status.initContainerStatuses[0].state.terminated.exitCode}"
        };
        for (String pod : List.of("well", "badly")) {
            String ended = kubectl.await(
                    text -> text.matches("[A-Z][a-z]+ [04] [0-9]*"),
                    Stream.concat(Stream.of("get", "pod", pod), Stream.of(fields))
                            .toArray(String[]::new));
            assertTrue(ended.matches("Running [04] "), ended);
        }

        kubectl.awaitField("Succeeded", "pod/well", ".status.phase");
        kubectl.awaitField("Failed", "pod/badly", ".status.phase");
        assertEquals("0", kubectl.field("pod/well", ".status.initContainerStatuses[0].state.terminated.exitCode"));
    }

    @ConcurrentTest
    void aPodThatNamesItsNodeIsAdmittedByTheNode() {
        Kubectl kubectl = in("byname");
        String here = "nodeName: " + kubectl.run("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");
        kubectl.apply(pod("cpu", here, SLEEP + ", resources: {requests: {cpu: 1000}}"));
        kubectl.apply(pod("memory", here, SLEEP + ", resources: {requests: {memory: 1Pi}}"));
        kubectl.apply(pod("selector", here + ", nodeSelector: {disk: none}", SLEEP));
        kubectl.apply(pod("port", here, SLEEP + ", ports: [{containerPort: 80, hostPort: 18284}]"));
        kubectl.awaitField("Running", "pod/port", ".status.phase");
        kubectl.apply(pod("port2", here, SLEEP + ", ports: [{containerPort: 80, hostPort: 18284}]"));

        for (String[] row : new String[][] {
            {"cpu", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 1000000, used: "},
            {"memory", "OutOfmemory", "Node didn't have enough resource: memory, requested: 1125899906842624, used: "},
            {
                "selector",
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
            },
            {
                "port2",
                "NodePorts",
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
            }
        }) {
            kubectl.awaitField("Failed " + row[1], "pod/" + row[0], ".status['phase','reason']");
            String message = kubectl.field("pod/" + row[0], ".status.message");
            assertTrue(message.startsWith("Pod was rejected: " + row[2]), message);
            awaitEvent(kubectl, row[0], row[1] + ": " + row[2]);
            assertEquals("", kubectl.field("pod/" + row[0], ".status.containerStatuses"));
        }
    }

    @ConcurrentTest
    void aVolumeThatCannotBeMountedSaysWhyAndLeavesNothing() {
        Kubectl kubectl = in("volumes");
        kubectl.run("create", "configmap", "conf", "--from-literal=a=1", "--from-literal=b=2");
        String mount = shell("cat /v/c; echo; sleep 1000") + ", volumeMounts: [{name: v, mountPath: /v}]";
        String items = "volumes: [{name: v, projected: {sources: [{configMap: {name: conf, items: [ITEMS]}}]}}]";
        kubectl.apply(pod("spelled", items.replace("ITEMS", "{key: a, path: ./c/}"), mount));
        kubectl.apply(pod("both", items.replace("ITEMS", "{key: a, path: a}, {key: b, path: a/b}"), mount));
        kubectl.apply(pod("none", items.replace("ITEMS", "{key: nope, path: a}"), mount));

        kubectl.await("1\n"::equals, "logs", "spelled");
        awaitEvent(
                kubectl,
                "both",
                "FailedMount: MountVolume.SetUp failed for volume \"v\" : invalid paths \"a\" and \"a/b\":");
        awaitEvent(
                kubectl,
                "none",
                "FailedMount: MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: nope");
        // By now it was tried several times.
        kubectl.await(
                count -> !count.isEmpty() && Integer.parseInt(count) >= 3,
                "get",
                "events",
                "--field-selector",
                "involvedObject.name=both,reason=FailedMount",
                "-o",
                "jsonpath={.items[0].count}");
        String uid = kubectl.field("pod/both", ".metadata.uid");
        assertEquals(
                "",
                cluster.host("find", cluster.home().toString(), "-path", "*" + uid + "*projected/v/*")
                        .out());
        kubectl.run("delete", "pod", "both", "none", "spelled", "--grace-period=1");
        assertEquals(
                "",
                cluster.host("find", cluster.home().toString(), "-name", uid).out());
    }

    @ConcurrentTest
    void aRedirectElsewhereIsASuccessWithAWarning() {
        Kubectl kubectl = in("redirects");
        kubectl.apply(pod(
                "away",
                "",
                shell(
                                "while :; do printf \"HTTP/1.1 302 Found\\\\r\\\\nLocation: http://other.example/\\\\r\\\\nContent-Length: 5\\\\r\\\\n\\\\r\\\\naway!\" | nc -l -p 8080; done")
                        + ", readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}"));

        kubectl.run("wait", "--for=condition=Ready", "pod/away", "--timeout=60s");
        awaitEvent(
                kubectl,
                "away",
                "ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: away!");
    }

    @ConcurrentTest
    void aHookThatNeverEndsIsCutOffAndSaysSo() {
        Kubectl kubectl = in("hooks");
        String hooked = shell("trap \"sleep 100\" TERM; while :; do sleep 0.1; done")
                + ", lifecycle: {preStop: {exec: {command: [sleep, '1000']}}}";
        kubectl.apply(pod("timed", "terminationGracePeriodSeconds: 3", hooked));
        kubectl.apply(pod("shortened", "terminationGracePeriodSeconds: 600", hooked));
        kubectl.run("wait", "--for=condition=Ready", "pod/timed", "pod/shortened", "--timeout=60s");

        Instant asked = Instant.now();
        kubectl.run("delete", "pod", "timed");
        Duration took = Duration.between(asked, Instant.now());
        assertTrue(took.toMillis() > 4_000, "3 s of grace and 2 s after the signal: " + took);
        awaitEvent(kubectl, "timed", "FailedPreStopHook: PreStopHook failed: command \"sleep 1000\" timed out after");

        kubectl.run("delete", "pod", "shortened", "--wait=false");
        kubectl.run("delete", "pod", "shortened", "--grace-period=2");
        awaitEvent(kubectl, "shortened", "FailedPreStopHook: PreStopHook failed: command ended with exit code 137");
    }
}
