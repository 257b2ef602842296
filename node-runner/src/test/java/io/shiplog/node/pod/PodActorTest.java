package io.shiplog.node.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.probe.Answer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod's whole life, with time driven and an engine in memory. */
class PodActorTest {
    private static final String APP = "{'containers':[{'name':'app','image':'i:1'}]}";

    @TempDir
    Path folder;

    private PodBench bench(String spec) {
        return new PodBench(folder, Pods.of(spec));
    }

    private static DesiredPod deleted(String spec, Instant until) {
        return Pods.of(spec, "{'deletionTimestamp':'" + until + "'}", "{}");
    }

    @Test
    void aPodBecomesReady() {
        PodBench bench = bench(APP);

        assertEquals("Running", bench.status.path("phase").asText());
        assertEquals("True", bench.condition("Ready"));
        assertEquals("True", bench.condition("PodReadyToStartContainers"));
        assertEquals("10.244.0.5", bench.status.path("podIP").asText());
        assertEquals(
                List.of(
                        "Pulled: Container image \"i:1\" already present on machine",
                        "Created: Created container: app",
                        "Started: Started container app"),
                bench.events);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'sysctls':[{'name':'net.ipv4.tcp_syncookies','value':'1'},{'name':'kernel.msgmax','value':'1'}] | SysctlForbidden |"
                        + " Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted",
                "'sysctls':[{'name':'net/ipv4/ip_forward','value':'1'}] | SysctlForbidden |"
                        + " Pod was rejected: forbidden sysctl: \"net.ipv4.ip_forward\" not allowlisted",
                "'appArmorProfile':{'type':'RuntimeDefault'} | AppArmor |"
                        + " Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host",
                "'supplementalGroupsPolicy':'Strict' | SupplementalGroupsPolicyNotSupported |"
                        + " Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this node",
            })
    void whatTheNodeCannotEnforceIsRejectedAndNothingIsMade(String context, String reason, String message) {
        PodBench bench = bench("{'securityContext':{" + context + "},'containers':[{'name':'app','image':'i:1'}]}");

        assertEquals("Failed", bench.status.path("phase").asText());
        assertEquals(reason, bench.status.path("reason").asText());
        assertEquals(message, bench.status.path("message").asText());
        assertFalse(bench.status.has("containerStatuses"));
        assertEquals(List.of(reason + ": " + message.replace("Pod was rejected: ", "")), bench.events);
        assertTrue(bench.engine.list(Map.of()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'hostUsers':false | | hostUsers: false is not supported by this node",
                "'resourceClaims':[{'name':'x'}] | | resourceClaims is not supported by this node",
                "'resources':{'limits':{'cpu':'1'}} | | resources of the pod as a whole is not supported by this node",
                "'x':0 | 'securityContext':{'procMount':'Unmasked'} | procMount: Unmasked is not supported by this node",
                "'volumes':[{'name':'v','emptyDir':{'medium':'Memory'}}] | 'volumeMounts':[{'name':'v','mountPath':'/v','readOnly':true,"
                        + "'recursiveReadOnly':'Enabled'}] | volume \"v\" requested recursive read-only mode, but it is not supported in"
                        + " memory",
                "'x':0 | 'volumeMounts':[{'name':'v','mountPropagation':'Bidirectional'}] |"
                        + " Bidirectional mount propagation is available only to privileged containers",
            })
    void whatTheNodeDoesNotImplementIsRefusedWithAReason(String spec, String container, String message) {
        PodBench bench = bench("{%s,'containers':[{'name':'app','image':'i:1'%s}]}"
                .formatted(spec, container == null ? "" : "," + container));

        assertEquals("CreateContainerConfigError", bench.waiting("app"));
        assertTrue(bench.events.contains("Failed: Error: " + message), bench.events.toString());
        assertTrue(bench.engine.list(Map.of(PodLabels.CONTAINER_NAME, "app")).isEmpty());
    }

    private static final String IMAGE_VOLUMES =
            "{'volumes':[{'name':'v','image':{'reference':'content:1','pullPolicy':'%s'}}],"
                    + "'containers':[{'name':'app','image':'i:1'%s}]}";

    @ParameterizedTest
    @CsvSource({"IfNotPresent, ErrImagePull", "Always, ErrImagePull", "Never, ErrImageNeverPull"})
    void anImageOfAVolumeThatCannotBePulledHoldsItsContainersUp(String policy, String reason) {
        PodBench bench = bench(IMAGE_VOLUMES.formatted(policy, ",'volumeMounts':[{'name':'v','mountPath':'/v'}]"));

        assertEquals(reason, bench.waiting("app"));
        assertTrue(bench.engine.list(Map.of(PodLabels.CONTAINER_NAME, "app")).isEmpty());
    }

    private static final String SECCOMP =
            "'securityContext':{%s'seccompProfile':{'type':'Localhost','localhostProfile':'p/%s.json'}}";

    private List<String> securityOptions(PodBench bench) {
        return bench.engine.request(bench.run("app").id()).security().options();
    }

    @Test
    void aSeccompProfileOfTheNodeIsThatOfTheContainerElseOfItsPod() throws IOException {
        Files.createDirectories(folder.resolve("seccomp/p"));
        Files.writeString(folder.resolve("seccomp/p/pod.json"), "{of the pod}");
        Files.writeString(folder.resolve("seccomp/p/own.json"), "{own}");
        String spec = "{" + SECCOMP.formatted("", "pod") + ",'containers':[{'name':'app','image':'i:1'%s}]}";

        assertEquals(List.of("seccomp={of the pod}"), securityOptions(bench(spec.formatted(""))));
        assertEquals(
                List.of("seccomp={own}"), securityOptions(bench(spec.formatted("," + SECCOMP.formatted("", "own")))));
        assertEquals(
                List.of(),
                securityOptions(bench(spec.formatted("," + SECCOMP.formatted("'privileged':true,", "own")))));
    }

    @ParameterizedTest
    @CsvSource({
        "no, no such file or directory",
        "link, path leads out of its root",
        "large, it has more than 1048576 bytes"
    })
    void aSeccompProfileThatCannotBeReadIsAnErrorOfTheContainer(String name, String why) throws IOException {
        Path profiles = Files.createDirectories(folder.resolve("seccomp/p"));
        Files.createSymbolicLink(profiles.resolve("link.json"), Path.of("/etc/hostname"));
        Files.write(profiles.resolve("large.json"), new byte[(1 << 20) + 1]);

        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1'," + SECCOMP.formatted("", name) + "}]}");

        assertEquals("CreateContainerError", bench.waiting("app"));
        String said =
                bench.entry("app").path("state").path("waiting").path("message").asText();
        assertTrue(
                said.startsWith(
                        "cannot load seccomp profile \"%s/%s.json\": ".formatted(profiles.toAbsolutePath(), name)),
                said);
        assertTrue(said.endsWith(why), said);
    }

    @Test
    void anImageOfAVolumeThatNoContainerMountsIsNotMissed() {
        PodBench bench = bench(IMAGE_VOLUMES.formatted("Never", ""));

        assertEquals("Running", bench.status.path("phase").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "'', container has runAsNonRoot and image will run as root",
        "0, container has runAsNonRoot and image will run as root",
        "00, container has runAsNonRoot and image will run as root",
        "0:0, container has runAsNonRoot and image will run as root",
        "000:5, container has runAsNonRoot and image will run as root",
        "root, 'container has runAsNonRoot and image has non-numeric user (root), cannot verify user is non-root'",
        "+0, 'container has runAsNonRoot and image has non-numeric user (+0), cannot verify user is non-root'",
        "web:1, 'container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root'",
    })
    void anImageThatMayRunAsRootIsRefusedWhereRootIs(String user, String message) {
        PodBench bench = bench("{'securityContext':{'runAsNonRoot':true},'containers':[{'name':'app','image':'u:1'}]}");
        bench.engine.addImage("u:1", user);
        bench.pass(Duration.ofMinutes(6));

        assertEquals("CreateContainerConfigError", bench.waiting("app"));
        String said =
                bench.entry("app").path("state").path("waiting").path("message").asText();
        assertTrue(said.startsWith(message), said);
    }

    @Test
    void anImageWithANumberForItsUserRunsWhereRootIsRefused() {
        PodBench bench = bench("{'securityContext':{'runAsNonRoot':true},'containers':[{'name':'app','image':'u:1'}]}");
        bench.engine.addImage("u:1", "1000:0");
        bench.pass(Duration.ofMinutes(6));

        assertTrue(bench.run("app").running());
    }

    @Test
    void everyLabelThatIsReadBackIsSetSoThatNoImageCanSetIt() throws Exception {
        PodBench bench = bench(APP);

        for (Field field : PodLabels.class.getDeclaredFields()) {
            if (field.getType() == String.class && !field.getName().equals("SANDBOX")) {
                String label = (String) field.get(null);
                assertTrue(bench.run("app").labels().containsKey(label), label);
            }
        }
    }

    /** The node was not ready for a moment; its pods are. */
    @Test
    void givenAReadyPod_whenTheNodeControllerMarksIt_thenTheNodeReportsItReadyAgain() {
        DesiredPod pod = Pods.of(APP);
        PodBench bench = new PodBench(folder, pod);
        ObjectNode ready = bench.status;
        ObjectNode marked = ready.deepCopy();
        for (JsonNode condition : marked.path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                ((ObjectNode) condition).put("status", "False");
            }
        }
        bench.status = marked;

        bench.want(Pods.of(APP, "{}", marked.toString()));

        assertEquals("True", bench.condition("Ready"));
    }

    @Test
    void crashesWaitTenSecondsThenTwiceAsLongUpToFiveMinutes() {
        PodBench bench = bench(APP);
        List<Long> waits = new ArrayList<>();

        for (int crash = 0; crash < 8; crash++) {
            int attempt = crash;
            Instant died = bench.clock.now();
            bench.exit("app", 1);
            while (PodLabels.attempt(bench.run("app")) == attempt
                    || !bench.run("app").running()) {
                assertEquals("CrashLoopBackOff", bench.waiting("app"));
                bench.pass(Duration.ofSeconds(1));
            }
            waits.add(Duration.between(died, bench.clock.now()).toSeconds());
        }

        assertEquals(List.of(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L), waits);
        assertEquals(8, bench.entry("app").path("restartCount").asInt());
    }

    @Test
    void aRunOfTenMinutesMakesTheNextCrashTheFirstAgain() {
        PodBench bench = bench(APP);
        bench.exit("app", 1);
        bench.exit("app", 1);
        bench.pass(Duration.ofSeconds(10));
        assertEquals(2, PodLabels.attempt(bench.run("app")));

        bench.pass(Duration.ofMinutes(10));
        bench.exit("app", 1);

        assertEquals(3, PodLabels.attempt(bench.run("app")));
        assertTrue(bench.run("app").running());
    }

    @Test
    void aNewRunnerKeepsTheContainersAndTheirBackOff() {
        PodBench bench = bench(APP);
        bench.exit("app", 1);
        String running = bench.run("app").id();

        bench.restartRunner();
        assertEquals(running, bench.run("app").id());
        assertEquals(1, bench.entry("app").path("restartCount").asInt());

        bench.exit("app", 1);
        bench.restartRunner();
        bench.pass(Duration.ofSeconds(9));
        assertEquals("CrashLoopBackOff", bench.waiting("app"));
        bench.pass(Duration.ofSeconds(1));
        assertEquals(2, PodLabels.attempt(bench.run("app")));
        assertTrue(bench.run("app").running());
    }

    @Test
    void onlyTheNewestTwoRunsAreKept() {
        PodBench bench = bench(APP);
        for (int crash = 0; crash < 4; crash++) {
            bench.exit("app", 1);
            bench.pass(Duration.ofMinutes(5));
        }

        List<Container> kept = bench.engine.list(Map.of(PodLabels.CONTAINER_NAME, "app"));
        assertEquals(List.of(3, 4), kept.stream().map(PodLabels::attempt).toList());
        assertEquals(
                1,
                bench.entry("app")
                        .path("lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt());
    }

    @Test
    void deletionSignalsAndFinishesWithNothingLeft() {
        PodBench bench = bench(APP);

        bench.want(deleted(APP, bench.clock.now().plusSeconds(30)));

        assertTrue(bench.finished);
        assertTrue(bench.engine.list(Map.of()).isEmpty());
        assertTrue(bench.attached.isEmpty());
        assertEquals(
                143,
                bench.entry("app")
                        .path("state")
                        .path("terminated")
                        .path("exitCode")
                        .asInt());
        assertTrue(bench.events.contains("Killing: Stopping container app"));
    }

    @Test
    void whatIgnoresItsSignalIsKilledWhenTheGraceIsOver() {
        PodBench bench = bench(APP);
        bench.engine.ignoreSignals(bench.run("app").id());
        bench.want(deleted(APP, bench.clock.now().plusSeconds(30)));
        bench.pass(Duration.ofSeconds(29));
        assertTrue(bench.run("app").running());
        assertFalse(bench.finished);

        bench.pass(Duration.ofSeconds(1));

        assertTrue(bench.finished);
        assertEquals(
                137,
                bench.entry("app")
                        .path("state")
                        .path("terminated")
                        .path("exitCode")
                        .asInt());
    }

    @Test
    void aSecondDeletionWithLessGraceIsHeard() {
        PodBench bench = bench(APP);
        bench.engine.ignoreSignals(bench.run("app").id());
        bench.want(deleted(APP, bench.clock.now().plusSeconds(300)));
        bench.pass(Duration.ofSeconds(5));

        bench.want(deleted(APP, bench.clock.now()));

        assertTrue(bench.finished);
    }

    @Test
    void aPodWhoseObjectVanishedGoesWithoutReporting() {
        PodBench bench = bench(APP);
        bench.engine.ignoreSignals(bench.run("app").id());

        bench.actor.vanished();
        bench.pass(Duration.ofSeconds(1));
        assertFalse(bench.actor.finished());
        bench.pass(Duration.ofSeconds(1));

        assertTrue(bench.actor.finished());
        assertFalse(bench.finished, "there is no object left to delete");
        assertTrue(bench.engine.list(Map.of()).isEmpty());
    }

    @Test
    void anImageThatCannotBePulledIsTriedAgainLaterAndLater() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'far/away:1'}]}");
        assertEquals("ErrImagePull", bench.waiting("app"));
        bench.pass(Duration.ofSeconds(4));
        assertEquals("ImagePullBackOff", bench.waiting("app"));
        assertEquals(1, count(bench, "Pulling: "));
        bench.pass(Duration.ofSeconds(6));
        assertEquals(2, count(bench, "Pulling: "));

        bench.engine.publish("far/away:1");
        bench.pass(Duration.ofSeconds(19));
        assertEquals("ImagePullBackOff", bench.waiting("app"));
        bench.pass(Duration.ofSeconds(1));

        assertEquals("True", bench.condition("Ready"));
    }

    @Test
    void givenAContainerThatEndsBeforeItsStartIsTold_thenItIsOverAllTheSame() {
        PodBench bench = bench("{'restartPolicy':'Never','containers':[{'name':'app','image':'far:1'}]}");
        bench.engine.publish("far:1");
        bench.engine.endOnceSeen("far:1", 0);

        bench.pass(Duration.ofSeconds(10));

        assertEquals("Succeeded", bench.status.path("phase").asText());
    }

    @Test
    void givenTwoSecretsForOneRegistry_thenBothAreTried() {
        PodBench bench = bench("{'imagePullSecrets':[{'name':'wrong'},{'name':'right'}],"
                + "'containers':[{'name':'app','image':'r.io/app:1'}]}");
        bench.engine.publish("r.io/app:1", "reader");
        pullSecret(bench, "wrong", "stranger");
        bench.pass(Duration.ofSeconds(10));
        assertTrue(
                bench.events.contains("Failed: Failed to pull image \"r.io/app:1\": unauthorized: stranger"),
                bench.events.toString());

        pullSecret(bench, "right", "reader");
        bench.pass(Duration.ofSeconds(20));

        assertEquals("True", bench.condition("Ready"));
        assertEquals(
                "docker-pullable://r.io/app:1@sha256:1",
                bench.entry("app").path("imageID").asText());
    }

    @Test
    void aPullSecretThatIsNotThereIsToldAndTheImagePulledAllTheSame() {
        PodBench bench =
                bench("{'imagePullSecrets':[{'name':'nowhere'}],'containers':[{'name':'app','image':'r.io/app:1'}]}");
        bench.engine.publish("r.io/app:1");
        bench.pass(Duration.ofSeconds(10));

        assertTrue(
                bench.events.contains("FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets "
                        + "(nowhere); attempting to pull the image may not succeed."),
                bench.events.toString());
        assertEquals("True", bench.condition("Ready"));
    }

    private static void pullSecret(PodBench bench, String name, String user) {
        String config = Base64.getEncoder()
                .encodeToString("{\"auths\":{\"r.io\":{\"username\":\"%s\",\"password\":\"p\"}}}"
                        .formatted(user)
                        .getBytes(StandardCharsets.UTF_8));
        bench.kube.create(
                ResourceType.core("secrets"),
                "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"default\"},\"data\":{\".dockerconfigjson\":\"%s\"}}"
                        .formatted(name, config));
    }

    private static long count(PodBench bench, String prefix) {
        return bench.events.stream().filter(line -> line.startsWith(prefix)).count();
    }

    @Test
    void theLivenessProbeRestartsAfterThreeFailures() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1','livenessProbe':"
                + "{'exec':{'command':['live']},'initialDelaySeconds':5}}]}");
        bench.answers.put("live", Answer.failure("dead"));
        bench.pass(Duration.ofSeconds(4));
        assertTrue(bench.asked.isEmpty(), "nobody asks before the initial delay");

        bench.pass(Duration.ofSeconds(20));
        assertEquals(0, PodLabels.attempt(bench.run("app")));
        bench.pass(Duration.ofSeconds(1));

        assertEquals(1, PodLabels.attempt(bench.run("app")));
        assertEquals(3, count(bench, "Unhealthy: Liveness probe failed: dead"));
        assertEquals(1, count(bench, "Killing: Container app failed liveness probe, will be restarted"));
    }

    @Test
    void theOthersWaitForTheStartupProbe() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1',"
                + "'startupProbe':{'exec':{'command':['up']},'initialDelaySeconds':1,'periodSeconds':1,'failureThreshold':30},"
                + "'livenessProbe':{'exec':{'command':['live']},'periodSeconds':1,'failureThreshold':1},"
                + "'readinessProbe':{'exec':{'command':['ready']},'periodSeconds':1}}]}");
        bench.answers.put("up", Answer.failure("not yet"));
        bench.answers.put("live", Answer.failure("not yet"));
        bench.pass(Duration.ofSeconds(20));
        assertEquals(0, PodLabels.attempt(bench.run("app")), bench.events.toString());
        assertFalse(bench.entry("app").path("started").asBoolean());

        bench.answers.clear();
        bench.pass(Duration.ofSeconds(3));

        assertTrue(bench.entry("app").path("started").asBoolean());
        assertEquals("True", bench.condition("Ready"));
    }

    @Test
    void readinessComesAndGoesWithoutARestart() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1',"
                + "'readinessProbe':{'exec':{'command':['ready']},'periodSeconds':1,'failureThreshold':2}}]}");
        bench.pass(Duration.ofSeconds(1));
        assertEquals("True", bench.condition("Ready"));

        bench.answers.put("ready", Answer.failure("busy"));
        bench.pass(Duration.ofSeconds(1));
        assertEquals("True", bench.condition("Ready"), "one failure of two changes nothing");
        bench.pass(Duration.ofSeconds(1));
        assertEquals("False", bench.condition("Ready"));

        bench.answers.clear();
        bench.pass(Duration.ofSeconds(1));
        assertEquals("True", bench.condition("Ready"));
        assertEquals(0, bench.entry("app").path("restartCount").asInt());
    }

    @Test
    void aMissingSecretHoldsThePodUpOnlyUntilItComes() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1','env':"
                + "[{'name':'A','valueFrom':{'secretKeyRef':{'name':'s','key':'k'}}}]}]}");
        assertEquals("CreateContainerConfigError", bench.waiting("app"));
        assertEquals(
                "secret \"s\" not found",
                bench.entry("app").path("state").path("waiting").path("message").asText());

        bench.kube.create(ResourceType.core("secrets"), "{\"metadata\":{\"name\":\"s\"},\"data\":{\"k\":\"djE=\"}}");
        bench.actor.referenceChanged(ObjectKey.of(ResourceType.core("secrets"), "default", "s"));
        bench.clock.settle();

        assertEquals("True", bench.condition("Ready"));
        assertTrue(bench.engine.request(bench.run("app").id()).env().contains("A=v1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 1 | 100 | 8 | the last 80 lines",
                "'' | 1 | 100 | 200 | the last 2048 bytes",
                "'' | 1 | 3 | 8 | all three lines",
                "'' | 0 | 100 | 8 | nothing of a success",
                "said | 1 | 100 | 8 | the file if there is one",
            })
    void theEndOfTheLogIsTheTerminationMessageOfAFailure(String file, int code, int lines, int width, String expected)
            throws IOException {
        PodBench bench = bench("{'restartPolicy':'Never','containers':[{'name':'app','image':'i:1',"
                + "'terminationMessagePolicy':'FallbackToLogsOnError'}]}");
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            String line = String.format("%-" + (width - 1) + "d", i) + "\n";
            bench.engine.print(bench.run("app").id(), line);
            log.append(line);
        }
        if (!file.isEmpty()) {
            Files.writeString(bench.ports.folders().terminationMessage("u1", "app", 0), file);
        }

        bench.exit("app", code);

        String wanted = switch (expected) {
            case "the last 80 lines" -> log.substring(log.length() - 80 * width);
            case "the last 2048 bytes" -> log.substring(log.length() - 2048);
            case "all three lines" -> log.toString();
            case "nothing of a success" -> "";
            default -> file;
        };
        assertEquals(
                wanted,
                bench.entry("app")
                        .path("state")
                        .path("terminated")
                        .path("message")
                        .asText());
    }

    /** Both files of the volume cannot be: one would be a directory. */
    @Test
    void aVolumeThatCannotBeMountedIsTriedAgainLaterAndLater() {
        PodBench bench =
                bench("{'containers':[{'name':'app','image':'i:1'}],'volumes':[{'name':'v','downwardAPI':{'items':["
                        + "{'path':'a','fieldRef':{'fieldPath':'metadata.name'}},"
                        + "{'path':'a/b','fieldRef':{'fieldPath':'metadata.name'}}]}}]}");
        assertEquals("ContainerCreating", bench.waiting("app"));
        assertEquals(1, count(bench, "FailedMount: "));
        assertTrue(
                bench.events.getFirst().startsWith("FailedMount: MountVolume.SetUp failed for volume \"v\" : "),
                bench.events.toString());

        List<Long> tries = new ArrayList<>();
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 64, 122, 122)) {
            bench.pass(Duration.ofSeconds(seconds));
            tries.add(count(bench, "FailedMount: "));
        }

        assertEquals(List.of(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), tries);
    }

    @Test
    void aConfigMapThatComesIsMountedAtOnce() {
        PodBench bench = bench(
                "{'containers':[{'name':'app','image':'i:1'}]," + "'volumes':[{'name':'v','configMap':{'name':'c'}}]}");
        bench.pass(Duration.ofMinutes(10));
        assertEquals("ContainerCreating", bench.waiting("app"));

        bench.kube.create(ResourceType.core("configmaps"), "{\"metadata\":{\"name\":\"c\"},\"data\":{\"k\":\"v\"}}");
        bench.actor.referenceChanged(ObjectKey.of(ResourceType.core("configmaps"), "default", "c"));
        bench.clock.settle();

        assertEquals("True", bench.condition("Ready"));
    }

    @Test
    void aFailedPostStartHookEndsTheContainer() {
        PodBench bench = bench("{'containers':[{'name':'app','image':'i:1','lifecycle':"
                + "{'postStart':{'exec':{'command':['hook']}}}}]}");
        bench.answers.put("hook", Answer.failure("no"));
        bench.exit("app", 0);

        assertEquals(1, bench.entry("app").path("restartCount").asInt());
        assertFalse(bench.run("app").running());
        assertTrue(bench.events.contains("FailedPostStartHook: PostStartHook failed: no"), bench.events.toString());
    }

    @ParameterizedTest
    @CsvSource({"0, Succeeded", "4, Failed"})
    void givenASidecarThatTakesLongToStop_thenThePodIsOverOnlyWhenItHasStopped(int code, String phase) {
        PodBench bench = bench("{'restartPolicy':'Never','terminationGracePeriodSeconds':6,"
                + "'initContainers':[{'name':'side','image':'i:1','restartPolicy':'Always'}],"
                + "'containers':[{'name':'app','image':'i:1'}]}");
        bench.engine.ignoreSignals(bench.run("side").id());

        bench.exit("app", code);
        bench.pass(Duration.ofSeconds(5));

        assertEquals("Running", bench.status.path("phase").asText());
        assertTrue(bench.entry("app").path("state").has("terminated"));
        assertTrue(bench.entry("side").path("state").has("running"));
        assertEquals(1, bench.attached.size(), "the sidecar still needs its network");

        bench.pass(Duration.ofSeconds(1));

        assertEquals(phase, bench.status.path("phase").asText());
        assertTrue(bench.attached.isEmpty());
    }

    @Test
    void aPodThatIsGivenUpFailsWhenItsContainersHaveEnded() {
        PodBench bench = bench("{'activeDeadlineSeconds':100,'terminationGracePeriodSeconds':10,"
                + "'containers':[{'name':'app','image':'i:1'}]}");
        bench.engine.ignoreSignals(bench.run("app").id());

        bench.pass(Duration.ofSeconds(109));
        assertEquals("Running", bench.status.path("phase").asText());
        assertFalse(bench.status.has("reason"));

        bench.pass(Duration.ofSeconds(1));
        assertEquals("Failed", bench.status.path("phase").asText());
        assertEquals("DeadlineExceeded", bench.status.path("reason").asText());
    }

    @Test
    void aProbeThatSucceedsWithAWarningLeavesAnEvent() {
        PodBench bench = new PodBench(
                folder,
                Pods.of(
                        "{'containers':[{'name':'app','image':'i:1','readinessProbe':{'exec':{'command':['ready']}}}]}"));
        bench.answers.put("ready", Answer.warning("Probe terminated redirects, Response body: "));
        bench.pass(Duration.ofSeconds(10));

        assertEquals("True", bench.condition("Ready"));
        assertTrue(
                bench.events.contains(
                        "ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: "),
                bench.events.toString());
    }

    @Test
    void anEngineThatIsAwayIsWaitedFor() {
        PodBench bench = bench(APP);
        bench.engine.away(true);
        bench.want(deleted(APP, bench.clock.now().plusSeconds(30)));
        bench.pass(Duration.ofSeconds(10));
        assertFalse(bench.finished);

        bench.engine.away(false);
        bench.pass(Duration.ofSeconds(4));

        assertTrue(bench.finished);
    }

    @Test
    void aPodThatNeverRestartsIsOverAndGivesItsSandboxBack() {
        PodBench bench = bench("{'restartPolicy':'Never','containers':[{'name':'app','image':'i:1'}]}");
        bench.exit("app", 0);

        assertEquals("Succeeded", bench.status.path("phase").asText());
        assertTrue(bench.attached.isEmpty());
        assertEquals(
                List.of("app"),
                bench.engine.list(Map.of()).stream()
                        .map(c -> c.label(PodLabels.CONTAINER_NAME))
                        .toList(),
                "the container stays for its log");
        assertEquals("10.244.0.5", bench.status.path("podIP").asText());
    }

    @ParameterizedTest
    @CsvSource({"Never,Failed,0", "OnFailure,Running,1", "Always,Running,1"})
    void givenAContainerThatVanishedWhileTheRunnerWasDown_thenThePodRunsAgainIfItRestarts(
            String policy, String phase, int runs) {
        PodBench bench = bench("{'restartPolicy':'" + policy + "','containers':[{'name':'app','image':'i:1'}]}");

        bench.loseContainers();

        assertEquals(phase, bench.status.path("phase").asText());
        assertEquals(
                runs, bench.engine.list(Map.of(PodLabels.CONTAINER_NAME, "app")).size());
        assertEquals(1, bench.entry("app").path("restartCount").asInt());
        bench.restartRunner();
        assertEquals(phase, bench.status.path("phase").asText());
    }

    @Test
    void theRuntimeOfAPodIsThatOfItsClass() {
        PodBench bench = bench("{'runtimeClassName':'sandboxed','overhead':{'cpu':'10m'},"
                + "'containers':[{'name':'app','image':'i:1'}]}");
        assertTrue(
                bench.events.contains("FailedCreatePodSandBox: Failed to create pod sandbox: runtimeclass.node.k8s.io"
                        + " \"sandboxed\" not found"),
                bench.events::toString);

        bench.kube.create(
                new ResourceType("node.k8s.io", "runtimeclasses"),
                "{'metadata':{'name':'sandboxed','namespace':''},'handler':'runsc'}".replace('\'', '"'));
        bench.pass(Duration.ofSeconds(20));

        assertEquals(
                "runsc", bench.engine.request(bench.run("app").id()).security().runtime());
        assertEquals(
                "runsc", bench.engine.request(bench.run("POD").id()).security().runtime());
    }
}
