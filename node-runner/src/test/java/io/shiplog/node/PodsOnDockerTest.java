package io.shiplog.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.LogRequest;
import io.shiplog.node.engine.docker.DockerEngine;
import io.shiplog.node.net.DockerBridgeNetwork;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.server.NodeView;
import io.shiplog.node.status.NodeAddresses;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods as containers of a real Docker Engine. Waits for what happens and never for a time. */
@Tag("docker")
class PodsOnDockerTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    private static final ResourceType SECRETS = ResourceType.core("secrets");
    private static final String SOCKET = "/var/run/docker.sock";
    private static final String NODE = "node-a";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration EXEC = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final String cluster = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeCluster kube = new FakeCluster(NODE);
    private ContainerEngine engine;
    private NodeRunner runner;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of(SOCKET)), "no Docker Engine at " + SOCKET);
        TestImages.ensure("busybox");
        engine = DockerEngine.connect("unix://" + SOCKET);
        runner = startRunner();
    }

    private NodeRunner startRunner() throws Exception {
        NodeRunnerConfig config = new NodeRunnerConfig(
                cluster,
                NODE,
                NodeAddresses.of("127.0.0.1"),
                0,
                folder.resolve("node"),
                "",
                "",
                "cluster.local",
                1,
                SSLContext.getDefault());
        return NodeRunner.start(config, engine, new DockerBridgeNetwork(engine), kube, kube, NodeView.Rights.NONE);
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
        create("web", "", shell("trap 'exit 0' TERM; echo hello; while :; do sleep 0.1; done"));

        waitUntil("the pod is ready", () -> condition("web", "Ready").equals("True"));
        assertEquals("Running", kube.status("web").path("phase").asText());
        assertTrue(kube.status("web").path("podIP").asText().matches("[0-9.]+"));
        waitUntil("it said so", () -> log("web").equals("hello\n"));

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

        kube.delete(key("web"), 30, Instant.now());
        waitUntil("the object went", () -> !kube.has("web"));
        assertTrue(engine.list(Map.of(PodLabels.CLUSTER, cluster)).isEmpty());
        assertTrue(
                kube.events().contains("Killing: Stopping container app"),
                kube.events().toString());
    }

    @Test
    void aRunnerThatIsStartedAgainFindsItsContainersAndRestartsNone() throws Exception {
        create("web", "", shell("sleep 1000"));
        create("doomed", "", shell("sleep 1000"));
        waitUntil("the pods are ready", () -> ready("web") && ready("doomed"));
        String before = containerId("web");
        String doomed = containerId("doomed");
        runner.close();

        kube.remove(key("doomed"));
        create("second", "", shell("sleep 1000"));
        runner = startRunner();

        waitUntil("the pod that came meanwhile is ready", () -> ready("second"));
        waitUntil(
                "what was deleted meanwhile is gone",
                () -> engine.inspect(doomed).isEmpty());
        assertEquals(before, containerId("web"));
        assertEquals(0, entry("web").path("restartCount").asInt());
        assertTrue(engine.inspect(before).orElseThrow().running());
        assertNotEquals(before, containerId("second"));
    }

    @Test
    void initContainersRunInOrderAndHandOverThroughAnEmptyDir() {
        create(
                "web",
                ",\"volumes\":[{\"name\":\"work\",\"emptyDir\":{}},{\"name\":\"fast\",\"emptyDir\":{\"medium\":\"Memory\"}}],"
                        + "\"initContainers\":[" + named("one", "echo 1 >> /work/order; echo m > /fast/kept", WORK)
                        + "," + named("two", "echo 2 >> /work/order", WORK) + "]",
                named("app", "cat /work/order /fast/kept; sleep 1000", WORK));

        waitUntil("the pod is ready", () -> ready("web"));
        waitUntil("it read what the others wrote", () -> log("web").equals("1\n2\nm\n"));
        assertEquals("True", condition("web", "Initialized"));
        JsonNode inits = kube.status("web").path("initContainerStatuses");
        assertEquals(
                "Completed",
                inits.path(1).path("state").path("terminated").path("reason").asText());
    }

    private static final String WORK =
            ",\"volumeMounts\":[{\"name\":\"work\",\"mountPath\":\"/work\"},{\"name\":\"fast\",\"mountPath\":\"/fast\"}]";

    @Test
    void theEnvironmentComesFromConfigMapsSecretsAndThePodItself() {
        kube.create(CONFIG_MAPS, "{\"metadata\":{\"name\":\"settings\"},\"data\":{\"color\":\"blue\"}}");
        kube.create(SECRETS, "{\"metadata\":{\"name\":\"keys\"},\"data\":{\"pin\":\"MTIzNA==\"}}");
        create("web", "", """
                {"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
                 "command":["sh","-c","echo $COLOR $PIN $(GREETING) $IP; sleep 1000"],
                 "env":[{"name":"COLOR","valueFrom":{"configMapKeyRef":{"name":"settings","key":"color"}}},
                  {"name":"PIN","valueFrom":{"secretKeyRef":{"name":"keys","key":"pin"}}},
                  {"name":"GREETING","value":"from-$(COLOR)"},
                  {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]}""");

        waitUntil("the pod is ready", () -> ready("web"));
        String ip = kube.status("web").path("podIP").asText();
        waitUntil("it echoed", () -> log("web").equals("blue 1234 from-blue " + ip + "\n"));
    }

    @Test
    void aConfigMapThatChangesChangesItsFileInTheRunningContainer() {
        String json = "{\"metadata\":{\"name\":\"settings\"},\"data\":{\"color\":\"%s\"}}";
        kube.create(CONFIG_MAPS, json.formatted("blue"));
        create(
                "web",
                ",\"volumes\":[{\"name\":\"c\",\"configMap\":{\"name\":\"settings\"}}]",
                named("app", "sleep 1000", ",\"volumeMounts\":[{\"name\":\"c\",\"mountPath\":\"/c\"}]"));
        waitUntil("the pod is ready", () -> ready("web"));
        assertEquals("blue", exec("web", "cat", "/c/color"));

        kube.replace(ObjectKey.of(CONFIG_MAPS, "default", "settings"), json.formatted("green"));

        waitUntil("the file changed", () -> exec("web", "cat", "/c/color").equals("green"));
        assertEquals(0, entry("web").path("restartCount").asInt());
    }

    @Test
    void aMissingConfigMapHoldsThePodUpUntilItIsThere() {
        create(
                "web",
                "",
                "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\",\"command\":[\"sleep\",\"1000\"],"
                        + "\"envFrom\":[{\"configMapRef\":{\"name\":\"late\"}}]}");
        waitUntil(
                "it says why it waits",
                () -> entry("web")
                        .path("state")
                        .path("waiting")
                        .path("reason")
                        .asText()
                        .equals("CreateContainerConfigError"));
        assertEquals(
                "configmap \"late\" not found",
                entry("web").path("state").path("waiting").path("message").asText());

        kube.create(CONFIG_MAPS, "{\"metadata\":{\"name\":\"late\"},\"data\":{\"A\":\"1\"}}");

        waitUntil("the pod is ready", () -> ready("web"));
    }

    @Test
    void aContainerThatCrashesAgainAndAgainBacksOff() {
        create("web", "", shell("echo oops > /dev/termination-log; exit 3"));

        waitUntil(
                "it backs off",
                () -> entry("web")
                        .path("state")
                        .path("waiting")
                        .path("reason")
                        .asText()
                        .equals("CrashLoopBackOff"));

        JsonNode last = entry("web").path("lastState").path("terminated");
        assertEquals(3, last.path("exitCode").asInt());
        assertEquals("oops\n", last.path("message").asText());
        assertTrue(entry("web")
                .path("state")
                .path("waiting")
                .path("message")
                .asText()
                .startsWith("back-off 10s restarting failed container=app pod=web_default("));
        assertEquals("Running", kube.status("web").path("phase").asText());
    }

    @Test
    void missingImagesAreReportedAsKubernetesReportsThem() {
        create("never", "", "{\"name\":\"app\",\"image\":\"no-such-image\",\"imagePullPolicy\":\"Never\"}");
        create("unknown", "", "{\"name\":\"app\",\"image\":\"127.0.0.1:9/no/such:1\"}");
        create("wrong", "", "{\"name\":\"app\",\"image\":\"No_Such IMAGE\"}");

        waitUntil("never", () -> waiting("never").equals("ErrImageNeverPull"));
        waitUntil("wrong", () -> waiting("wrong").equals("InvalidImageName"));
        waitUntil("unknown", () -> waiting("unknown").equals("ErrImagePull"));
        waitUntil("unknown, later", () -> waiting("unknown").equals("ImagePullBackOff"));
        kube.delete(key("unknown"), 30, Instant.now());
        waitUntil("a pod that never ran can be deleted", () -> !kube.has("unknown"));
    }

    @Test
    void aProgramThatIsNotInTheImageIsAStartError() {
        create(
                "web",
                ",\"restartPolicy\":\"Never\"",
                "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\",\"command\":[\"/no/such\"]}");

        waitUntil(
                "the pod failed",
                () -> kube.status("web").path("phase").asText().equals("Failed"));

        JsonNode terminated = entry("web").path("state").path("terminated");
        assertEquals("StartError", terminated.path("reason").asText());
        assertTrue(terminated.path("message").asText().contains("no such file"), terminated.toString());
    }

    @Test
    void livenessRestartsAndReadinessOnlyTells() {
        create("web", "", """
                {"name":"app","image":"busybox","imagePullPolicy":"IfNotPresent",
                 "command":["sh","-c","touch /tmp/live; trap 'exit 0' TERM; while :; do sleep 0.1; done"],
                 "readinessProbe":{"exec":{"command":["cat","/tmp/ready"]},"periodSeconds":1},
                 "livenessProbe":{"exec":{"command":["cat","/tmp/live"]},"periodSeconds":1,"failureThreshold":1}}""");
        waitUntil("it runs", () -> entry("web").path("state").has("running"));
        assertEquals("False", condition("web", "Ready"));

        exec("web", "touch", "/tmp/ready");
        waitUntil("it is ready", () -> ready("web"));
        exec("web", "rm", "/tmp/live");

        waitUntil("it was restarted", () -> entry("web").path("restartCount").asInt() == 1);
        assertTrue(
                kube.events().contains("Killing: Container app failed liveness probe, will be restarted"),
                kube.events().toString());
    }

    @Test
    void deletionRunsPreStopSignalsWaitsAndKills() {
        create(
                "web",
                ",\"terminationGracePeriodSeconds\":2",
                "{\"name\":\"app\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\","
                        + "\"command\":[\"sh\",\"-c\",\"trap 'echo term' TERM; while :; do sleep 0.1; done\"],"
                        + "\"lifecycle\":{\"preStop\":{\"exec\":{\"command\":[\"sh\",\"-c\",\"echo bye > /proc/1/fd/1\"]}}}}");
        waitUntil("the pod is ready", () -> ready("web"));
        String id = containerId("web");
        StringBuilder said = new StringBuilder();
        Thread reader = Thread.ofVirtual().start(() -> said.append(followedLog(id)));

        kube.delete(key("web"), 2, Instant.now());

        waitUntil("the object went", () -> !kube.has("web"));
        waitUntil("the log ended", () -> !reader.isAlive());
        assertEquals("bye\nterm\n", said.toString());
    }

    @Test
    void podsThatNeverRestartSucceedOrFail() {
        create("good", ",\"restartPolicy\":\"Never\"", shell("true"));
        create("bad", ",\"restartPolicy\":\"Never\"", shell("exit 7"));
        create("late", ",\"activeDeadlineSeconds\":1,\"terminationGracePeriodSeconds\":0", shell("sleep 1000"));

        waitUntil("good", () -> kube.status("good").path("phase").asText().equals("Succeeded"));
        waitUntil("bad", () -> kube.status("bad").path("phase").asText().equals("Failed"));
        waitUntil("late", () -> kube.status("late").path("reason").asText().equals("DeadlineExceeded"));

        assertEquals(
                "Completed",
                entry("good").path("state").path("terminated").path("reason").asText());
        assertEquals(
                7,
                entry("bad").path("state").path("terminated").path("exitCode").asInt());
        waitUntil(
                "their sandboxes are gone",
                () -> engine.list(Map.of(PodLabels.CLUSTER, cluster)).stream()
                        .noneMatch(ContainerEngine.Container::running));
    }

    @Test
    void whileTheClusterIsAwayContainersGoOnAndTheNewestStatusComesLater() {
        create("web", "", shell("trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        waitUntil("the pod is ready", () -> ready("web"));
        kube.away(true);

        String before = containerId("web");
        engine.signal(before, "SIGKILL");
        waitUntil(
                "the container was restarted",
                () -> runningOf("web").size() == 1
                        && !runningOf("web").getFirst().equals(before));
        assertEquals(0, entry("web").path("restartCount").asInt());
        kube.away(false);

        waitUntil(
                "the cluster learns of it",
                () -> entry("web").path("restartCount").asInt() == 1 && ready("web"));
    }

    @Test
    void aSandboxThatDiesIsMadeAnewWithItsContainers() {
        create("web", ",\"terminationGracePeriodSeconds\":1", shell("sleep 1000"));
        waitUntil("the pod is ready", () -> ready("web"));
        engine.list(Map.of(PodLabels.CLUSTER, cluster, PodLabels.CONTAINER_NAME, "POD"))
                .forEach(sandbox -> engine.signal(sandbox.id(), "SIGKILL"));

        waitUntil("the pod runs again", () -> entry("web").path("restartCount").asInt() == 1 && ready("web"));
    }

    @Test
    void theExamplesRunAsPods() throws Exception {
        TestImages.ensure("nginx");
        TestImages.ensure("mysql");
        create(
                "nginx",
                "",
                "{\"name\":\"app\",\"image\":\"nginx\",\"imagePullPolicy\":\"IfNotPresent\",\"ports\":[{\"name\":\"http\","
                        + "\"containerPort\":80}],\"readinessProbe\":{\"httpGet\":{\"path\":\"/\",\"port\":\"http\"},\"periodSeconds\":1}}");
        create(
                "mysql",
                ",\"volumes\":[{\"name\":\"data\",\"emptyDir\":{}}]",
                "{\"name\":\"app\",\"image\":\"mysql\",\"imagePullPolicy\":\"IfNotPresent\",\"env\":[{\"name\":"
                        + "\"MYSQL_ROOT_PASSWORD\",\"value\":\"secret\"}],\"readinessProbe\":{\"tcpSocket\":{\"port\":3306},"
                        + "\"periodSeconds\":1},\"volumeMounts\":[{\"name\":\"data\",\"mountPath\":\"/var/lib/mysql\"}]}");

        waitUntil("nginx answers", () -> ready("nginx"));
        waitUntil("mysql accepts connections", () -> ready("mysql"));
        assertEquals("42", exec("mysql", "mysql", "-uroot", "-psecret", "-h127.0.0.1", "-N", "-e", "select 42"));
    }

    @Test
    void theFilesOfAnImageAreMountedReadOnlyAndGoWithTheLastPod() throws Exception {
        String image = "shiplog-test/content:" + cluster;
        TestImages.build(
                image,
                "FROM busybox",
                "RUN mkdir -p /d/sub && echo one > /d/one && echo two > /d/two && ln -s /d/one /d/sub/link",
                "RUN rm /d/two");
        try {
            String volumes = ",\"volumes\":[{\"name\":\"v\",\"image\":{\"reference\":\"%s\"}}]".formatted(image);
            String mounts = ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/whole\"},"
                    + "{\"name\":\"v\",\"mountPath\":\"/part\",\"subPath\":\"d\"}]";
            create("web", volumes, named("app", "sleep 1000", mounts));
            create("lost", volumes, named("app", "sleep 1000", mounts.replace("\"d\"", "\"no\"")));

            waitUntil("the pod is ready", () -> ready("web"));
            assertEquals("one", exec("web", "cat", "/whole/d/one"));
            assertEquals("one\nsub", exec("web", "ls", "/part"));
            assertEquals("/d/one", exec("web", "readlink", "/part/sub/link"));
            assertEquals("", exec("web", "ls", "/whole/dev"), "only what the image has, nothing of the engine");
            assertTrue(exec("web", "sh", "-c", "touch /whole/x 2>&1").contains("Read-only file system"));
            assertTrue(exec("web", "sh", "-c", "/whole/bin/busybox 2>&1").contains("Permission denied"));
            waitUntil("a path that is missing", () -> waiting("lost").equals("CreateContainerError"));
            assertTrue(entry("lost")
                    .path("state")
                    .path("waiting")
                    .path("message")
                    .asText()
                    .startsWith("ImageVolumeMountFailed: "));

            kube.delete(key("lost"), 0, Instant.now());
            kube.delete(key("web"), 0, Instant.now());
            waitUntil("the objects went", () -> !kube.has("web") && !kube.has("lost"));
            waitUntil("the files went", () -> contents() == 0);
        } finally {
            TestImages.remove(image);
        }
    }

    @Test
    void aContainerIsConfinedByAProfileOfTheNodeAndReadsMountsBelowItsVolumesOnly() throws Exception {
        Path seccomp = Files.createDirectories(folder.resolve("node/seccomp"));
        Files.writeString(
                seccomp.resolve("no-chmod.json"),
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"chmod\",\"fchmodat\"],"
                        + "\"action\":\"SCMP_ACT_ERRNO\"}]}");
        Path machine = Files.createDirectories(folder.resolve("machine/proc"));
        run("mount", "-t", "tmpfs", "tmpfs", machine.toString());
        try {
            create(
                    "web",
                    ",\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"%s\"}}]".formatted(machine.getParent()),
                    named(
                            "app",
                            "sleep 1000",
                            ",\"securityContext\":{\"seccompProfile\":{\"type\":\"Localhost\",\"localhostProfile\":"
                                    + "\"no-chmod.json\"}},\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/plain\","
                                    + "\"readOnly\":true},{\"name\":\"v\",\"mountPath\":\"/all\",\"readOnly\":true,"
                                    + "\"recursiveReadOnly\":\"Enabled\"}]"));
            waitUntil("the pod is ready", () -> ready("web"));

            assertTrue(exec("web", "sh", "-c", "chmod 700 /tmp 2>&1").contains("Operation not permitted"));
            assertEquals("", exec("web", "sh", "-c", "touch /plain/proc/x 2>&1"));
            assertTrue(exec("web", "sh", "-c", "touch /all/proc/y 2>&1").contains("Read-only file system"));
        } finally {
            // The container has mounts of its own.
            run("umount", "-l", machine.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), String.join(" ", command));
    }

    @Test
    void aContainerRunsAgainAfterTheCodesOfItsRules() {
        create(
                "web",
                ",\"restartPolicy\":\"Never\",\"volumes\":[{\"name\":\"work\",\"emptyDir\":{}}]",
                named(
                        "app",
                        "echo x >> /work/runs; [ $(wc -l < /work/runs) = 2 ] || exit 42; exit 7",
                        ",\"volumeMounts\":[{\"name\":\"work\",\"mountPath\":\"/work\"}],\"restartPolicy\":\"Never\","
                                + "\"restartPolicyRules\":[{\"action\":\"Restart\",\"exitCodes\":{\"operator\":\"In\","
                                + "\"values\":[42]}}]"));

        waitUntil(
                "the pod failed",
                () -> kube.status("web").path("phase").asText().equals("Failed"));

        assertEquals(1, entry("web").path("restartCount").asInt());
        assertEquals(
                7,
                entry("web").path("state").path("terminated").path("exitCode").asInt());
    }

    private long contents() {
        try (java.util.stream.Stream<Path> list = Files.list(folder.resolve("node/images"))) {
            return list.count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void create(String name, String more, String container) {
        kube.create(
                PODS,
                "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"containers\":[%s]%s}}".formatted(name, container, more));
    }

    private static String shell(String script) {
        return named("app", script, "");
    }

    private static String named(String name, String script, String more) {
        return "{\"name\":\"%s\",\"image\":\"busybox\",\"imagePullPolicy\":\"IfNotPresent\",\"command\":[\"sh\",\"-c\",\"%s\"]%s}"
                .formatted(name, script, more);
    }

    private static ObjectKey key(String pod) {
        return ObjectKey.of(PODS, "default", pod);
    }

    private JsonNode entry(String pod) {
        return kube.status(pod).path("containerStatuses").path(0);
    }

    private String waiting(String pod) {
        return entry(pod).path("state").path("waiting").path("reason").asText();
    }

    private String containerId(String pod) {
        return entry(pod).path("containerID").asText().replace("docker://", "");
    }

    private List<String> runningOf(String pod) {
        return engine
                .list(Map.of(PodLabels.CLUSTER, cluster, PodLabels.POD_NAME, pod, PodLabels.CONTAINER_NAME, "app"))
                .stream()
                .filter(ContainerEngine.Container::running)
                .map(ContainerEngine.Container::id)
                .toList();
    }

    private boolean ready(String pod) {
        return condition(pod, "Ready").equals("True");
    }

    private String condition(String pod, String type) {
        for (JsonNode condition : kube.status(pod).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }

    private String exec(String pod, String... command) {
        return engine.exec(containerId(pod), List.of(command), EXEC).output().strip();
    }

    private String log(String pod) {
        return readLog(containerId(pod), false);
    }

    private String followedLog(String id) {
        return readLog(id, true);
    }

    private String readLog(String id, boolean follow) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            engine.logs(id, new LogRequest(follow, null, -1), (timestamp, line) -> {
                text.write(line);
                return true;
            });
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private void waitUntil(String what, BooleanSupplier holds) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!holds.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("not in time: " + what + "; told: " + kube.events() + "; status: "
                        + kube.status("web").toPrettyString());
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
