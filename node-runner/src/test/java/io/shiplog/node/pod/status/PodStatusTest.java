package io.shiplog.node.pod.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.placement.QualityOfService;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.Seen;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is reported of what is seen, as a table. */
class PodStatusTest {
    private static final String ONE = "'containers':[{'name':'app','image':'i:1'}]";
    private static final String RAN = "{'phase':'Running','containerStatuses':[{'name':'app','restartCount':2,"
            + "'containerID':'docker://app-2','state':{'running':{'startedAt':'2026-11-22T11:00:00Z'}}}]}";
    private static final DesiredPod ALWAYS = Pods.of("{" + ONE + "}");
    private static final DesiredPod NEVER = Pods.of("{'restartPolicy':'Never'," + ONE + "}");
    private static final DesiredPod ON_FAILURE = Pods.of("{'restartPolicy':'OnFailure'," + ONE + "}");
    private static final DesiredPod INIT = Pods.of("{'initContainers':[{'name':'one','image':'i:1'}]," + ONE + "}");
    private static final DesiredPod INIT_NEVER =
            Pods.of("{'restartPolicy':'Never','initContainers':[{'name':'one','image':'i:1'}]," + ONE + "}");
    private static final DesiredPod SIDECAR_NEVER = Pods.of(
            "{'restartPolicy':'Never','initContainers':[{'name':'side','image':'i:1','restartPolicy':'Always'}]," + ONE
                    + "}");
    private static final DesiredPod SIDECAR_INIT_NEVER = Pods.of(
            "{'restartPolicy':'Never','initContainers':[{'name':'side','image':'i:1','restartPolicy':'Always'},{'name':'one','image':'i:1'}],"
                    + ONE + "}");
    private static final DesiredPod PROBED =
            Pods.of("{'containers':[{'name':'app','image':'i:1','readinessProbe':{'exec':{'command':['x']}}}]}");
    private static final DesiredPod DELETED =
            Pods.of("{" + ONE + "}", "{'deletionTimestamp':'2026-11-22T12:00:30Z'}", "{}");

    static Stream<Arguments> table() {
        return Stream.of(
                row(
                        "nothing yet",
                        ALWAYS,
                        Seen.nothing(),
                        "Pending",
                        "waiting ContainerCreating",
                        "ContainersNotReady"),
                row("init first", INIT, Seen.sandbox(), "Pending", "waiting PodInitializing", "ContainersNotReady"),
                row(
                        "init running",
                        INIT,
                        Seen.sandbox().with(Pods.running("one", 0)),
                        "Pending",
                        "waiting PodInitializing",
                        "ContainersNotReady"),
                row(
                        "init failed for good",
                        INIT_NEVER,
                        Seen.sandbox().with(Pods.exited("one", 0, 1)),
                        "Failed",
                        "waiting PodInitializing",
                        "PodFailed"),
                row("running", ALWAYS, Seen.sandbox().with(Pods.running("app", 0)), "Running", "running", "True"),
                row(
                        "not ready yet",
                        PROBED,
                        Seen.sandbox().with(Pods.running("app", 0)),
                        "Running",
                        "running",
                        "ContainersNotReady"),
                row(
                        "ready",
                        PROBED,
                        Seen.sandbox().with(Pods.running("app", 0)).note("app", new Health("app-0", true, true, null)),
                        "Running",
                        "running",
                        "True"),
                row(
                        "readiness of an earlier run",
                        PROBED,
                        Seen.sandbox().with(Pods.running("app", 1)).note("app", new Health("app-0", true, true, null)),
                        "Running",
                        "running",
                        "ContainersNotReady"),
                row(
                        "done, never again",
                        NEVER,
                        Seen.sandbox().with(Pods.exited("app", 0, 0)),
                        "Succeeded",
                        "terminated Completed",
                        "PodCompleted"),
                row(
                        "failed, never again",
                        NEVER,
                        Seen.sandbox().with(Pods.exited("app", 0, 1)),
                        "Failed",
                        "terminated Error",
                        "PodFailed"),
                row(
                        "done, but its sidecar runs",
                        SIDECAR_NEVER,
                        Seen.sandbox().with(Pods.running("side", 0)).with(Pods.exited("app", 0, 0)),
                        "Running",
                        "terminated Completed",
                        "ContainersNotReady"),
                row(
                        "failed, but its sidecar runs",
                        SIDECAR_NEVER,
                        Seen.sandbox().with(Pods.running("side", 0)).with(Pods.exited("app", 0, 1)),
                        "Running",
                        "terminated Error",
                        "ContainersNotReady"),
                row(
                        "done, and its sidecar has failed",
                        SIDECAR_NEVER,
                        Seen.sandbox().with(Pods.exited("side", 0, 3)).with(Pods.exited("app", 0, 0)),
                        "Succeeded",
                        "terminated Completed",
                        "PodCompleted"),
                row(
                        "init failed for good, but a sidecar runs",
                        SIDECAR_INIT_NEVER,
                        Seen.sandbox().with(Pods.running("side", 0)).with(Pods.exited("one", 0, 1)),
                        "Pending",
                        "waiting PodInitializing",
                        "ContainersNotReady"),
                row(
                        "given up, but still running",
                        ALWAYS,
                        Seen.sandbox().with(Pods.running("app", 0)).failed("DeadlineExceeded", "too long"),
                        "Running",
                        "running",
                        "True"),
                row(
                        "given up, and over",
                        ALWAYS,
                        Seen.sandbox().with(Pods.exited("app", 0, 137)).failed("DeadlineExceeded", "too long"),
                        "Failed",
                        "terminated Error",
                        "PodFailed"),
                row(
                        "done, on failure",
                        ON_FAILURE,
                        Seen.sandbox().with(Pods.exited("app", 0, 0)),
                        "Succeeded",
                        "terminated Completed",
                        "PodCompleted"),
                row(
                        "failed, on failure",
                        ON_FAILURE,
                        Seen.sandbox().with(Pods.exited("app", 0, 1)),
                        "Running",
                        "terminated Error",
                        "ContainersNotReady"),
                row(
                        "crashed",
                        ALWAYS,
                        Seen.sandbox().with(Pods.exited("app", 0, 1)),
                        "Running",
                        "terminated Error",
                        "ContainersNotReady"),
                row(
                        "crashing",
                        ALWAYS,
                        Seen.sandbox().with(Pods.container("app", 1, State.EXITED, 1, "10")),
                        "Running",
                        "waiting CrashLoopBackOff",
                        "ContainersNotReady"),
                row(
                        "cannot start",
                        NEVER,
                        Seen.sandbox().with(Pods.container("app", 0, State.CREATED, 127, "0")),
                        "Failed",
                        "terminated StartError",
                        "PodFailed"),
                row(
                        "fresh pull failure",
                        ALWAYS,
                        Seen.sandbox().note("app", pull(9)),
                        "Pending",
                        "waiting ErrImagePull",
                        "ContainersNotReady"),
                row(
                        "old pull failure",
                        ALWAYS,
                        Seen.sandbox().note("app", pull(5)),
                        "Pending",
                        "waiting ImagePullBackOff",
                        "ContainersNotReady"),
                row(
                        "config error",
                        ALWAYS,
                        Seen.sandbox().note("app", new Trouble("CreateContainerConfigError", "m", Pods.NOW, 1)),
                        "Pending",
                        "waiting CreateContainerConfigError",
                        "ContainersNotReady"),
                row(
                        "deleted, running",
                        DELETED,
                        Seen.sandbox().with(Pods.running("app", 0)),
                        "Running",
                        "running",
                        "True"),
                row(
                        "deleted, ended",
                        DELETED,
                        Seen.sandbox().with(Pods.exited("app", 0, 143)),
                        "Failed",
                        "terminated Error",
                        "PodFailed"),
                row(
                        "deleted, ended well",
                        DELETED,
                        Seen.sandbox().with(Pods.exited("app", 0, 0)),
                        "Succeeded",
                        "terminated Completed",
                        "PodCompleted"),
                row(
                        "given up",
                        ALWAYS,
                        Seen.sandbox().with(Pods.exited("app", 0, 137)).failed("DeadlineExceeded", "m"),
                        "Failed",
                        "terminated Error",
                        "PodFailed"),
                row(
                        "given up before it ran",
                        ALWAYS,
                        Seen.sandbox().failed("DeadlineExceeded", "m"),
                        "Failed",
                        "terminated ContainerStatusUnknown",
                        "PodFailed"),
                row(
                        "given up before its init containers were done",
                        INIT,
                        Seen.sandbox().with(Pods.exited("one", 0, 137)).failed("DeadlineExceeded", "m"),
                        "Failed",
                        "waiting PodInitializing",
                        "PodFailed"));
    }

    /** Termination messages share 12 KiB, and follow the engine's own words. */
    @Test
    void terminationMessagesShareALimit() {
        DesiredPod six = Pods.of("{'restartPolicy':'Never','initContainers':[{'name':'i','image':'i'}],'containers':["
                + "{'name':'app','image':'i'},{'name':'b','image':'i'},{'name':'c','image':'i'},"
                + "{'name':'d','image':'i'},{'name':'e','image':'i'}]}");
        ObservedPod seen = Seen.sandbox()
                .with(Pods.exited("app", 0, 1))
                .with(Pods.container("b", 0, State.CREATED, 127, "0"))
                .said("app-0", "x".repeat(4096))
                .said("b-0", "words")
                .done();

        JsonNode statuses = status(six, seen).path("containerStatuses");

        assertEquals(
                "x".repeat(2048),
                statuses.path(0)
                        .path("state")
                        .path("terminated")
                        .path("message")
                        .asText());
        String notStarted = statuses.path(1)
                .path("state")
                .path("terminated")
                .path("message")
                .asText();
        assertTrue(notStarted.endsWith(": words"), notStarted);
    }

    private static Arguments row(String what, DesiredPod pod, Seen seen, String phase, String state, String ready) {
        return Arguments.of(what, pod, seen.done(), phase, state, ready);
    }

    private static Trouble pull(int retryIn) {
        return new Trouble("ErrImagePull", "no", Pods.NOW.plusSeconds(retryIn), 1);
    }

    private static ObjectNode status(DesiredPod pod, ObservedPod seen) {
        return PodStatus.of(pod, seen, ResizeStatus.NONE, Pods.SETTINGS, pod.knownStatus(), Pods.NOW);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void statusIs(String what, DesiredPod pod, ObservedPod seen, String phase, String state, String ready) {
        ObjectNode status = status(pod, seen);

        JsonNode entry = status.path("containerStatuses").path(0);
        String word = entry.path("state").fieldNames().next();
        String reason = entry.path("state").path(word).path("reason").asText("");
        JsonNode condition = condition(status, "Ready");
        assertEquals(phase, status.path("phase").asText());
        assertEquals(state, reason.isEmpty() ? word : word + " " + reason);
        assertEquals(
                ready,
                condition.path("status").asText().equals("True")
                        ? "True"
                        : condition.path("reason").asText());
        assertEquals(ready.equals("True"), entry.path("ready").asBoolean());
    }

    private static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        throw new AssertionError("no condition " + type);
    }

    @Test
    void conditionsSayOfWhichGenerationTheyAre() {
        DesiredPod third = Pods.of("{" + ONE + "}", "{'generation':3}", "{}");

        JsonNode status =
                status(third, Seen.sandbox().with(Pods.running("app", 0)).done());

        assertEquals(3, status.path("observedGeneration").asInt());
        for (JsonNode condition : status.path("conditions")) {
            assertEquals(3, condition.path("observedGeneration").asInt(), condition.toString());
        }
    }

    @Test
    void mountsAreThoseOfTheSpecification() {
        DesiredPod pod =
                Pods.of("{'containers':[{'name':'app','image':'i','volumeMounts':[{'name':'a','mountPath':'/a'},"
                        + "{'name':'b','mountPath':'/b','readOnly':true},"
                        + "{'name':'c','mountPath':'/c','readOnly':true,'recursiveReadOnly':'IfPossible'}]}]}");

        JsonNode status =
                status(pod, Seen.sandbox().with(Pods.running("app", 0)).done());

        assertEquals(
                Pods.parse("{'m':[{'name':'a','mountPath':'/a'},"
                                + "{'name':'b','mountPath':'/b','readOnly':true,'recursiveReadOnly':'Disabled'},"
                                + "{'name':'c','mountPath':'/c','readOnly':true,'recursiveReadOnly':'Enabled'}]}")
                        .path("m"),
                status.path("containerStatuses").path(0).path("volumeMounts"));
    }

    @Test
    void aConditionKeepsItsTimeWhileItDoesNotTurn() {
        DesiredPod known = Pods.of(
                "{" + ONE + "}",
                "{}",
                "{'conditions':[{'type':'Ready','status':'True','lastTransitionTime':'2020-01-01T00:00:00Z'}]}");

        JsonNode same = condition(
                status(known, Seen.sandbox().with(Pods.running("app", 0)).done()), "Ready");
        JsonNode turned = condition(status(known, Seen.nothing().done()), "Ready");

        assertEquals("2020-01-01T00:00:00Z", same.path("lastTransitionTime").asText());
        assertEquals(Pods.NOW.toString(), turned.path("lastTransitionTime").asText());
    }

    @Test
    void eachConditionHasTheGenerationThatItWasConcludedFrom() {
        DesiredPod changed = Pods.of(
                "{" + ONE + "}",
                "{'generation':2}",
                "{'conditions':[{'type':'PodScheduled','status':'True','lastTransitionTime':'2020-01-01T00:00:00Z'},"
                        + "{'type':'Ready','status':'False','observedGeneration':1}]}");

        JsonNode status =
                status(changed, Seen.sandbox().with(Pods.running("app", 0)).done());

        assertEquals(2, status.path("observedGeneration").asInt());
        for (String type :
                List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")) {
            assertEquals(2, condition(status, type).path("observedGeneration").asInt(), type);
        }
        assertEquals(
                "2020-01-01T00:00:00Z",
                condition(status, "PodScheduled").path("lastTransitionTime").asText());
    }

    @Test
    void whatWasOverStaysOverWhenItsContainerIsRemoved() {
        DesiredPod known = Pods.of(
                "{'restartPolicy':'Never'," + ONE + "}",
                "{}",
                "{'phase':'Succeeded','podIP':'10.244.0.9','containerStatuses':[{'name':'app','state':{'terminated':{'exitCode':0}}}]}");

        ObjectNode status = status(known, Seen.nothing().done());

        assertEquals("Succeeded", status.path("phase").asText());
        assertEquals(
                0,
                status.path("containerStatuses")
                        .path(0)
                        .path("state")
                        .path("terminated")
                        .path("exitCode")
                        .asInt(-1));
        assertEquals("10.244.0.9", status.path("podIP").asText());
    }

    /** A deleted pod's containers and sandbox are removed one by one, in any order, and each removal is reported. */
    @ParameterizedTest
    @CsvSource({"0,Succeeded", "143,Failed"})
    void givenADeletedPodThatEnded_whenItsContainersAreRemoved_thenItsStatusStays(int code, String phase) {
        DesiredPod deleted = Pods.of("{" + ONE + "}", "{'deletionTimestamp':'2026-11-22T12:00:30Z'}", "{}");
        Container newest = Pods.exited("app", 1, code);
        Container previous = Pods.exited("app", 0, 1);
        ObjectNode ended =
                status(deleted, Seen.sandbox().with(previous).with(newest).done());
        List<Seen> removals = List.of(
                Seen.nothing().with(previous).with(newest),
                Seen.nothing().with(previous),
                Seen.nothing().with(newest),
                Seen.nothing(),
                Seen.sandbox().with(previous),
                Seen.sandbox(),
                Seen.sandbox().deadSandbox());

        for (Seen left : removals) {
            ObjectNode status = PodStatus.of(deleted, left.done(), ResizeStatus.NONE, Pods.SETTINGS, ended, Pods.NOW);

            assertEquals(phase, status.path("phase").asText());
            assertEquals(ended.path("containerStatuses"), status.path("containerStatuses"));
        }
    }

    /** The containers were removed while the runner was down: {@code ./shiplog down} does that. */
    @Test
    void givenARunThatWasReported_whenItIsGone_thenItIsTheLastRunAndTheNextOneIsARestart() {
        DesiredPod known = Pods.of("{" + ONE + "}", "{}", RAN);

        ObjectNode status = status(known, Seen.nothing().done());
        ObjectNode again =
                PodStatus.of(known, Seen.nothing().done(), ResizeStatus.NONE, Pods.SETTINGS, status, Pods.NOW);

        JsonNode entry = status.path("containerStatuses").path(0);
        JsonNode last = entry.path("lastState").path("terminated");
        assertEquals("Running", status.path("phase").asText());
        assertEquals(
                "ContainerCreating",
                entry.path("state").path("waiting").path("reason").asText());
        assertEquals("ContainerStatusUnknown", last.path("reason").asText());
        assertEquals(137, last.path("exitCode").asInt());
        assertEquals("docker://app-2", last.path("containerID").asText());
        assertEquals(3, entry.path("restartCount").asInt());
        assertEquals(status, again);
        assertEquals(3, known.knownRuns("app"));
        assertEquals(3, Pods.of("{" + ONE + "}", "{}", status.toString()).knownRuns("app"));
    }

    @Test
    void givenARunThatWasReported_whenThePodIsDeletedAndItIsGone_thenItIsTerminated() {
        DesiredPod known = Pods.of("{" + ONE + "}", "{'deletionTimestamp':'2026-11-22T12:00:30Z'}", RAN);

        JsonNode entry =
                status(known, Seen.nothing().done()).path("containerStatuses").path(0);

        assertEquals(
                "ContainerStatusUnknown",
                entry.path("state").path("terminated").path("reason").asText());
        assertEquals(2, entry.path("restartCount").asInt());
    }

    /**
     * A pod that runs once does not run twice: the kubelet ends it.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/status/status_manager.go">TerminatePod</a>
     */
    @Test
    void givenAPodThatNeverRestarts_whenItsRunIsGone_thenItHasFailed() {
        DesiredPod known = Pods.of("{'restartPolicy':'Never'," + ONE + "}", "{}", RAN);

        ObjectNode status = status(known, Seen.nothing().done());

        JsonNode entry = status.path("containerStatuses").path(0);
        JsonNode ended = entry.path("state").path("terminated");
        assertEquals("Failed", status.path("phase").asText());
        assertEquals("ContainerStatusUnknown", ended.path("reason").asText());
        assertEquals(
                "The container could not be located when the pod was terminated",
                ended.path("message").asText());
        assertEquals(137, ended.path("exitCode").asInt());
        assertEquals(3, entry.path("restartCount").asInt());
        assertEquals("PodFailed", condition(status, "Ready").path("reason").asText());
        assertEquals(
                status, PodStatus.of(known, Seen.nothing().done(), ResizeStatus.NONE, Pods.SETTINGS, status, Pods.NOW));
    }

    @ParameterizedTest
    @CsvSource({"Never,Failed", "OnFailure,Pending", "Always,Pending"})
    void givenAnInitContainer_whenItsRunIsGone_thenItHasFailed(String policy, String phase) {
        DesiredPod known = Pods.of(
                "{'restartPolicy':'" + policy + "','initContainers':[{'name':'one','image':'i:1'}]," + ONE + "}",
                "{}",
                "{'phase':'Pending','initContainerStatuses':[{'name':'one','restartCount':0,'containerID':'docker://one-0','state':{'running':{}}}]}");

        ObjectNode status = status(known, Seen.nothing().done());

        JsonNode entry = status.path("initContainerStatuses").path(0);
        assertEquals(phase, status.path("phase").asText());
        assertEquals(
                137,
                entry.path(policy.equals("Never") ? "state" : "lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt());
    }

    /** In the new sandbox, the init containers run before the lost one, and the pod starts as on its first day. */
    @Test
    void givenALostRunBehindInitContainers_whenTheseRunAgain_thenThePodIsPending() {
        DesiredPod known = Pods.of(
                "{'initContainers':[{'name':'one','image':'i:1'}]," + ONE + "}",
                "{}",
                RAN.replace(
                        "'containerStatuses'",
                        "'initContainerStatuses':[{'name':'one','restartCount':0,'state':{'terminated':{'exitCode':0}}}],'containerStatuses'"));

        assertEquals(
                "Running", status(known, Seen.nothing().done()).path("phase").asText());
        assertEquals(
                "Pending",
                status(known, Seen.sandbox().with(Pods.running("one", 1)).done())
                        .path("phase")
                        .asText());
        assertEquals(
                "Running",
                status(known, Seen.sandbox().with(Pods.exited("one", 1, 0)).done())
                        .path("phase")
                        .asText());
    }

    @Test
    void aRunThatSucceededAndWasRemovedStillCounts() {
        DesiredPod known = Pods.of(
                "{'restartPolicy':'Never','containers':[{'name':'app','image':'i:1'},{'name':'web','image':'i:1'}]}",
                "{}",
                "{'phase':'Running','containerStatuses':[{'name':'app','state':{'terminated':{'exitCode':0}}},{'name':'web','state':{'running':{}}}]}");

        assertEquals(
                "Running",
                status(known, Seen.sandbox().with(Pods.running("web", 0)).done())
                        .path("phase")
                        .asText());
        assertEquals(
                "Succeeded",
                status(known, Seen.sandbox().with(Pods.exited("web", 0, 0)).done())
                        .path("phase")
                        .asText());
    }

    /** A lost run is removed, an older one is still there. */
    @Test
    void restartCountsNeverFall() {
        DesiredPod known = Pods.of("{" + ONE + "}", "{}", RAN);

        ObjectNode status =
                status(known, Seen.sandbox().with(Pods.exited("app", 1, 1)).done());

        assertEquals(
                3, status.path("containerStatuses").path(0).path("restartCount").asInt());
    }

    @ParameterizedTest
    @CsvSource({"True,True", "False,False"})
    void givenARunnerThatRestarted_whenTheSandboxIsNotAttachedYet_thenItsConditionStays(String before, String after) {
        DesiredPod known = Pods.of(
                "{" + ONE + "}",
                "{}",
                "{'conditions':[{'type':'PodReadyToStartContainers','status':'" + before + "'}]}");

        JsonNode running = condition(status(known, Seen.sandbox().unattached().done()), "PodReadyToStartContainers");
        JsonNode dead = condition(status(known, Seen.sandbox().deadSandbox().done()), "PodReadyToStartContainers");

        assertEquals(after, running.path("status").asText());
        assertEquals("False", dead.path("status").asText());
    }

    @Test
    void containersAreListedByName() {
        DesiredPod two = Pods.of("{'containers':[{'name':'web','image':'i:1'},{'name':'app','image':'i:1'}]}");

        ObjectNode status = status(two, Seen.nothing().done());

        assertEquals(List.of("app", "web"), status.path("containerStatuses").findValuesAsText("name"));
        assertEquals(
                "containers with unready status: [web app]",
                condition(status, "Ready").path("message").asText());
    }

    @Test
    void aReadinessGateHoldsReadyBackButNotContainersReady() {
        DesiredPod gated = Pods.of("{'readinessGates':[{'conditionType':'example.com/open'}]," + ONE + "}");

        ObjectNode status =
                status(gated, Seen.sandbox().with(Pods.running("app", 0)).done());

        assertEquals(
                "ReadinessGatesNotReady",
                condition(status, "Ready").path("reason").asText());
        assertEquals("True", condition(status, "ContainersReady").path("status").asText());
    }

    @Test
    void theLastRunIsShownBesideTheRunningOne() {
        ObjectNode status = status(
                ALWAYS,
                Seen.sandbox()
                        .with(Pods.exited("app", 2, 9))
                        .with(Pods.running("app", 3))
                        .done());

        JsonNode entry = status.path("containerStatuses").path(0);
        assertEquals(3, entry.path("restartCount").asInt());
        assertEquals(
                9, entry.path("lastState").path("terminated").path("exitCode").asInt());
        assertFalse(
                entry.path("state").path("running").path("startedAt").asText().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | BestEffort",
                "{'requests':{'cpu':'1'}} | Burstable",
                "{'limits':{'cpu':'1','memory':'1Gi'}} | Guaranteed",
                "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1000m','memory':'1024Mi'}} | Guaranteed",
                "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}} | Burstable",
                "{'limits':{'memory':'1Gi'}} | Burstable",
                "{'requests':{'cpu':'0'}} | BestEffort",
            })
    void theClassFollowsFromWhatIsAskedFor(String resources, String expected) {
        assertEquals(
                expected,
                QualityOfService.of(
                        Pods.of("{'containers':[{'name':'app','image':'i:1','resources':" + resources + "}]}")
                                .tree()
                                .path("spec")));
    }
}
