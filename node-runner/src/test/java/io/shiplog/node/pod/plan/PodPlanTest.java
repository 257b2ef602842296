package io.shiplog.node.pod.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.node.engine.ContainerEngine.State;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Ending.Stage;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The step function as a table: given what is wanted and seen, then these steps. */
class PodPlanTest {
    private static final Instant NOW = Pods.NOW;
    private static final DesiredPod PLAIN = Pods.of("{'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod NEVER =
            Pods.of("{'restartPolicy':'Never','containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod ON_FAILURE =
            Pods.of("{'restartPolicy':'OnFailure','containers':[{'name':'app','image':'i'}]}");
    private static final String RULE =
            ",'restartPolicy':'Never','restartPolicyRules':[{'action':'Restart','exitCodes':{'operator':'%s','values':[42]}}]}";
    private static final DesiredPod RULED =
            Pods.of("{'containers':[{'name':'app','image':'i'" + RULE.formatted("In") + "]}");
    private static final DesiredPod RULED_NOT_IN = Pods.of(
            "{'restartPolicy':'Never','containers':[{'name':'app','image':'i'" + RULE.formatted("NotIn") + "]}");
    private static final DesiredPod RULED_INIT =
            Pods.of("{'restartPolicy':'Never','initContainers':[{'name':'one','image':'i'" + RULE.formatted("In")
                    + "],'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod RULED_INIT_ALL =
            Pods.of("{'restartPolicy':'Never','initContainers':[{'name':'one','image':'i'" + RULE.formatted("NotIn")
                    + "],'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod TWO_INITS = Pods.of(
            "{'initContainers':[{'name':'one','image':'i'},{'name':'two','image':'i'}],'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod SIDECAR = Pods.of(
            "{'initContainers':[{'name':'side','image':'i','restartPolicy':'Always'}],'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod SIDECAR_NEVER = Pods.of(
            "{'restartPolicy':'Never','initContainers':[{'name':'side','image':'i','restartPolicy':'Always'}],'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod SIDECARS_DELETED = Pods.of(
            "{'initContainers':[{'name':'one','image':'i','restartPolicy':'Always','lifecycle':{'preStop':{'exec':{'command':['x']}}}},"
                    + "{'name':'two','image':'i','restartPolicy':'Always'}],'containers':[{'name':'app','image':'i'}]}",
            "{'deletionTimestamp':'2026-11-22T12:00:30Z'}",
            "{}");
    private static final DesiredPod DELETED = Pods.of(
            "{'containers':[{'name':'app','image':'i'}]}", "{'deletionTimestamp':'2026-11-22T12:00:30Z'}", "{}");
    private static final DesiredPod DELETED_WITH_HOOK = Pods.of(
            "{'containers':[{'name':'app','image':'i','lifecycle':{'preStop':{'exec':{'command':['x']}}}}]}",
            "{'deletionTimestamp':'2026-11-22T12:00:30Z'}",
            "{}");
    private static final DesiredPod DELETED_WITH_SIGNAL = Pods.of(
            "{'containers':[{'name':'app','image':'i','lifecycle':{'stopSignal':'SIGUSR1'}}]}",
            "{'deletionTimestamp':'2026-11-22T12:00:30Z'}",
            "{}");
    private static final DesiredPod DEADLINE =
            Pods.of("{'activeDeadlineSeconds':100,'containers':[{'name':'app','image':'i'}]}");
    private static final DesiredPod SUCCEEDED =
            Pods.of("{'containers':[{'name':'app','image':'i'}]}", "{}", "{'phase':'Succeeded'}");
    private static final DesiredPod REPORTED = Pods.of(
            "{'containers':[{'name':'app','image':'i'}]}",
            "{}",
            "{'containerStatuses':[{'name':'app','containerID':'docker://x','restartCount':2}]}");
    private static final Instant GRACE_END = Instant.parse("2026-11-22T12:00:30Z");

    static Stream<Arguments> table() {
        return Stream.of(
                row("a new pod gets its volumes first", PLAIN, Seen.nothing(), "volumes"),
                row("then its sandbox", PLAIN, Seen.nothing().volumes(), "sandbox 0"),
                row(
                        "a sandbox that is being made is not made twice",
                        PLAIN,
                        Seen.nothing().volumes().underWay("sandbox")),
                row(
                        "a sandbox that failed waits",
                        PLAIN,
                        Seen.nothing().volumes().sandboxTrouble(trouble(5)),
                        "@+5"),
                row(
                        "a sandbox found after a restart is attached again",
                        PLAIN,
                        Seen.sandbox().unattached(),
                        "attach"),
                row("then its container", PLAIN, Seen.sandbox(), "start app 0"),
                row("one that somebody removed counts on", REPORTED, Seen.sandbox(), "start app 3"),
                row("a run that was lost is restarted", lost("Always"), Seen.sandbox(), "start app 3"),
                row("under OnFailure too: it has failed", lost("OnFailure"), Seen.sandbox(), "start app 3"),
                row("but not under Never", lost("Never"), Seen.sandbox(), "remove sandboxes"),
                row("nor in a new sandbox", lost("Never"), Seen.nothing().volumes()),
                row("an init run that was lost is restarted", lostInit("OnFailure"), Seen.sandbox(), "start one 1"),
                row("but not under Never", lostInit("Never"), Seen.sandbox(), "remove sandboxes"),
                row(
                        "success that was reported needs no second run",
                        SUCCESS_REPORTED,
                        Seen.sandbox(),
                        "remove sandboxes"),
                row("a container that runs needs nothing", PLAIN, Seen.sandbox().with(Pods.running("app", 0))),
                row(
                        "a container that is being started is not started twice",
                        PLAIN,
                        Seen.sandbox().underWay("start app")),
                row(
                        "an image that could not be had waits",
                        PLAIN,
                        Seen.sandbox().note("app", trouble(8)),
                        "@+1"),
                row(
                        "the first crash is restarted at once",
                        PLAIN,
                        Seen.sandbox().with(Pods.exited("app", 0, 1)),
                        "start app 1"),
                row(
                        "the second crash waits",
                        PLAIN,
                        Seen.sandbox().with(Pods.container("app", 1, State.EXITED, 1, "10")),
                        "@+9"),
                row(
                        "success is restarted too under Always",
                        PLAIN,
                        Seen.sandbox().with(Pods.exited("app", 0, 0)),
                        "start app 1"),
                row(
                        "but not under OnFailure",
                        ON_FAILURE,
                        Seen.sandbox().with(Pods.exited("app", 0, 0)),
                        "remove sandboxes"),
                row(
                        "failure is, under OnFailure",
                        ON_FAILURE,
                        Seen.sandbox().with(Pods.exited("app", 0, 2)),
                        "start app 1"),
                row(
                        "a container's own policy has precedence",
                        RULED,
                        Seen.sandbox().with(Pods.exited("app", 0, 1)),
                        "remove sandboxes"),
                row("and its rules over that", RULED, Seen.sandbox().with(Pods.exited("app", 0, 42)), "start app 1"),
                row(
                        "a rule may be for all codes but some",
                        RULED_NOT_IN,
                        Seen.sandbox().with(Pods.exited("app", 0, 42)),
                        "remove sandboxes"),
                row(
                        "which are then those of the policy",
                        RULED_NOT_IN,
                        Seen.sandbox().with(Pods.exited("app", 0, 7)),
                        "start app 1"),
                row(
                        "an init container with a rule is restarted under Never",
                        RULED_INIT,
                        Seen.sandbox().with(Pods.exited("one", 0, 42)),
                        "start one 1"),
                row(
                        "but only for its codes",
                        RULED_INIT,
                        Seen.sandbox().with(Pods.exited("one", 0, 1)),
                        "remove sandboxes"),
                row(
                        "and never after success",
                        RULED_INIT_ALL,
                        Seen.sandbox().with(Pods.exited("one", 0, 0)),
                        "start app 0"),
                row(
                        "nothing is, under Never",
                        NEVER,
                        Seen.sandbox().with(Pods.exited("app", 0, 2)),
                        "remove sandboxes"),
                row(
                        "a container that was made and never started is started",
                        PLAIN,
                        Seen.sandbox().with(justMade("app", 0)),
                        "start app 0"),
                row(
                        "one that could not start counts as a crash",
                        PLAIN,
                        Seen.sandbox().with(Pods.container("app", 0, State.CREATED, 127, "0")),
                        "start app 1"),
                row(
                        "older runs than the last two go",
                        PLAIN,
                        Seen.sandbox()
                                .with(Pods.exited("app", 0, 1))
                                .with(Pods.exited("app", 1, 1))
                                .with(Pods.running("app", 2)),
                        "remove [app-0]"),
                row(
                        "a container that the pod does not have goes",
                        PLAIN,
                        Seen.sandbox().with(Pods.running("app", 0)).with(Pods.running("alien", 0)),
                        "remove [alien-0]"),
                row("init containers come one by one", TWO_INITS, Seen.sandbox(), "start one 0"),
                row("the second waits for the first", TWO_INITS, Seen.sandbox().with(Pods.running("one", 0))),
                row("and follows it", TWO_INITS, Seen.sandbox().with(Pods.exited("one", 0, 0)), "start two 0"),
                row(
                        "a failed one is tried again",
                        TWO_INITS,
                        Seen.sandbox().with(Pods.exited("one", 0, 1)),
                        "start one 1"),
                row(
                        "the others come after all of them",
                        TWO_INITS,
                        Seen.sandbox().with(Pods.exited("one", 0, 0)).with(Pods.exited("two", 0, 0)),
                        "start app 0"),
                row(
                        "init containers that were removed do not run again",
                        TWO_INITS,
                        Seen.sandbox().with(Pods.running("app", 0))),
                row("a sidecar comes first", SIDECAR, Seen.sandbox(), "start side 0"),
                row(
                        "and goes on beside the others",
                        SIDECAR,
                        Seen.sandbox().with(Pods.running("side", 0)),
                        "start app 0"),
                row(
                        "a sidecar that ended is restarted",
                        SIDECAR,
                        Seen.sandbox().with(Pods.exited("side", 0, 0)).with(Pods.running("app", 0)),
                        "start side 1"),
                row(
                        "an unhealthy container begins to end",
                        PLAIN,
                        Seen.sandbox()
                                .with(Pods.running("app", 0))
                                .note("app", new Health("app-0", true, true, "sick")),
                        "end app"),
                row(
                        "what was found of an earlier run does not matter",
                        PLAIN,
                        Seen.sandbox()
                                .with(Pods.running("app", 1))
                                .note("app", new Health("app-0", true, true, "sick"))),
                row(
                        "a dead sandbox ends its containers",
                        PLAIN,
                        Seen.sandbox().deadSandbox().with(Pods.running("app", 0)),
                        "end app"),
                row(
                        "then a new one is made",
                        PLAIN,
                        Seen.sandbox().deadSandbox().with(Pods.exited("app", 0, 137)),
                        "sandbox 1"),
                row(
                        "its init containers are forgotten before",
                        TWO_INITS,
                        Seen.sandbox().deadSandbox().with(Pods.exited("one", 0, 0)),
                        "remove [one-0]"),
                row("the deadline gives the pod up", DEADLINE, Seen.sandbox().with(Pods.running("app", 0)), "give up"),
                row("a pod that is over gets nothing started", SUCCEEDED, Seen.nothing()),
                row("a deleted pod begins to end", DELETED, Seen.sandbox().with(Pods.running("app", 0)), "end app"),
                row("with its hook", DELETED_WITH_HOOK, ending(Stage.ASKED, 0), "pre-stop app", "@+30"),
                row("then its signal", DELETED_WITH_HOOK, ending(Stage.PRE_STOP_DONE, 0), "SIGTERM app", "@+32"),
                row(
                        "its own signal if it names one",
                        DELETED_WITH_SIGNAL,
                        ending(Stage.ASKED, 0),
                        "SIGUSR1 app",
                        "@+32"),
                row("at once if there is no hook", DELETED, ending(Stage.ASKED, 0), "SIGTERM app", "@+32"),
                row(
                        "also when all of its time is over: nobody is killed untold",
                        DELETED,
                        ending(Stage.ASKED, 30),
                        "SIGTERM app",
                        "@+32"),
                row("and without its hook then", DELETED_WITH_HOOK, ending(Stage.ASKED, 30), "SIGTERM app", "@+32"),
                row("then it waits", DELETED, ending(Stage.SIGNALLED, 0), "@+30"),
                row("two seconds at least, also beyond its time", DELETED, signalled(29, 29), "@+31"),
                row("and killed after them", DELETED, signalled(29, 31), "kill app"),
                row("then it is killed", DELETED, ending(Stage.SIGNALLED, 30), "kill app"),
                row(
                        "while its hook runs it waits",
                        DELETED_WITH_HOOK,
                        ending(Stage.ASKED, 29).underWay("preStop app-0"),
                        "@+30"),
                row(
                        "a hook that runs beyond the deadline does not hold up the signal",
                        DELETED_WITH_HOOK,
                        ending(Stage.ASKED, 30).underWay("preStop app-0"),
                        "SIGTERM app",
                        "@+32"),
                row("nor the kill", DELETED_WITH_HOOK, signalled(30, 32).underWay("preStop app-0"), "kill app"),
                row(
                        "nor the end",
                        DELETED_WITH_HOOK,
                        Seen.sandbox().with(Pods.exited("app", 0, 137)).underWay("preStop app-0"),
                        "finish"),
                row(
                        "what cannot be signalled is killed",
                        DELETED,
                        ending(Stage.ASKED, 32).underWay("stop app-0"),
                        "kill app"),
                row(
                        "also after a runner was down beyond the deadline, the signal comes first",
                        DELETED,
                        new At(Seen.sandbox().with(Pods.running("app", 0)), 90),
                        "end app until +90"),
                row(
                        "a sidecar begins to end with the others",
                        SIDECARS_DELETED,
                        Seen.sandbox()
                                .with(Pods.running("one", 0))
                                .with(Pods.running("two", 0))
                                .with(Pods.running("app", 0)),
                        "end app",
                        "end two",
                        "end one"),
                row(
                        "runs its hook meanwhile, and waits for its signal",
                        SIDECARS_DELETED,
                        sidecars(0, true),
                        "SIGTERM app",
                        "pre-stop one",
                        "@+30"),
                row(
                        "the last sidecar comes first",
                        SIDECARS_DELETED,
                        sidecars(0, false).underWay("preStop one-0"),
                        "SIGTERM two",
                        "@+30"),
                row(
                        "at the deadline none waits",
                        SIDECARS_DELETED,
                        sidecars(30, true).underWay("preStop one-0"),
                        "SIGTERM app",
                        "SIGTERM two",
                        "SIGTERM one",
                        "@+32"),
                row(
                        "the application has ended: so must its sidecar",
                        SIDECAR_NEVER,
                        Seen.sandbox().with(Pods.running("side", 0)).with(Pods.exited("app", 0, 0)),
                        "end side"),
                row("and killed once", DELETED, ending(Stage.KILLED, 32)),
                row("nothing runs: it is finished", DELETED, Seen.sandbox().with(Pods.exited("app", 0, 143)), "finish"),
                row("a deleted pod that never began is finished too", DELETED, Seen.nothing(), "finish"),
                row(
                        "but not while something is under way",
                        DELETED,
                        Seen.nothing().underWay("sandbox")),
                row(
                        "a vanished pod has a second",
                        PLAIN.vanished(),
                        Seen.sandbox().with(Pods.running("app", 0)),
                        "end app"),
                row(
                        "leftovers of unknown pods go",
                        DesiredPod.orphan(PLAIN.key(), "u9"),
                        Seen.sandbox().with(Pods.running("x", 0)),
                        "end x"));
    }

    /** Its only container ran when it was last reported. */
    private static DesiredPod lost(String restartPolicy) {
        return Pods.of(
                "{'restartPolicy':'" + restartPolicy + "','containers':[{'name':'app','image':'i'}]}",
                "{}",
                "{'phase':'Running','containerStatuses':[{'name':'app','containerID':'docker://x','restartCount':2,'state':{'running':{}}}]}");
    }

    /** Its init container ran when it was last reported. */
    private static DesiredPod lostInit(String restartPolicy) {
        return Pods.of(
                "{'restartPolicy':'" + restartPolicy
                        + "','initContainers':[{'name':'one','image':'i'}],'containers':[{'name':'app','image':'i'}]}",
                "{}",
                "{'phase':'Pending','initContainerStatuses':[{'name':'one','containerID':'docker://x','restartCount':0,'state':{'running':{}}}]}");
    }

    private static final DesiredPod SUCCESS_REPORTED = Pods.of(
            "{'restartPolicy':'OnFailure','containers':[{'name':'app','image':'i'}]}",
            "{}",
            "{'phase':'Running','containerStatuses':[{'name':'app','containerID':'docker://x','restartCount':0,'state':{'terminated':{'exitCode':0}}}]}");

    /** The moment is a part of some rows: seconds after NOW. */
    private static Arguments row(String what, DesiredPod pod, Seen seen, String... steps) {
        return row(what, pod, seen, 0, steps);
    }

    private static Arguments row(String what, DesiredPod pod, At at, String... steps) {
        return row(what, pod, at.seen(), at.seconds(), steps);
    }

    private static Arguments row(String what, DesiredPod pod, Seen seen, int seconds, String... steps) {
        return Arguments.of(what, pod, seen.done(), NOW.plusSeconds(seconds), List.of(steps));
    }

    private record At(Seen seen, int seconds) {
        At underWay(String effect) {
            return new At(seen.underWay(effect), seconds);
        }
    }

    /** Terminating, with the stop signal sent at NOW if it was sent. */
    private static At ending(Stage stage, int seconds) {
        Ending asked = Ending.asked("app-0", "why", GRACE_END);
        return ending(
                stage.compareTo(Stage.SIGNALLED) < 0
                        ? asked.at(stage)
                        : asked.signalled(NOW).at(stage),
                seconds);
    }

    /** Two sidecars and perhaps the application, all asked to end. */
    private static At sidecars(int seconds, boolean app) {
        Seen seen = Seen.sandbox().with(Pods.running("one", 0)).with(Pods.running("two", 0));
        seen.with(app ? Pods.running("app", 0) : Pods.exited("app", 0, 0));
        for (String name : List.of("one", "two", "app")) {
            seen.note(name, Ending.asked(name + "-0", "why", GRACE_END));
        }
        return new At(seen, seconds);
    }

    private static At signalled(int after, int seconds) {
        return ending(Ending.asked("app-0", "why", GRACE_END).signalled(NOW.plusSeconds(after)), seconds);
    }

    private static At ending(Ending ending, int seconds) {
        return new At(Seen.sandbox().with(Pods.running("app", 0)).note("app", ending), seconds);
    }

    private static io.shiplog.node.engine.ContainerEngine.Container justMade(String name, int attempt) {
        var failed = Pods.container(name, attempt, State.CREATED, 0, "0");
        return new io.shiplog.node.engine.ContainerEngine.Container(
                failed.id(),
                failed.name(),
                failed.labels(),
                State.CREATED,
                0,
                failed.createdAt(),
                null,
                null,
                0,
                false,
                "",
                failed.imageId(),
                "",
                "SIGTERM",
                failed.limits());
    }

    private static Trouble trouble(int seconds) {
        // The delay before the retry is 10 s: with 8 s left the failure is 2 s old, and shown as such for one more.
        return new Trouble("ErrImagePull", "no", NOW.plusSeconds(seconds), 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void stepsAre(String what, DesiredPod pod, ObservedPod seen, Instant now, List<String> expected) {
        PodStep.Plan plan = PodPlan.next(pod, pod.knownStatus(), seen, now);

        List<String> steps = Stream.concat(
                        plan.steps().stream().map(PodPlanTest::told),
                        Stream.ofNullable(plan.lookAgain())
                                .map(at -> "@+" + Duration.between(NOW, at).toSeconds()))
                .toList();

        assertEquals(expected, steps);
        assertEquals(plan, PodPlan.next(pod, pod.knownStatus(), seen, now), "the same question has the same answer");
    }

    /** Deadlines after that of the table. */
    private static String late(Instant deadline) {
        return deadline.isAfter(GRACE_END)
                ? " until +" + Duration.between(NOW, deadline).toSeconds()
                : "";
    }

    private static String told(PodStep step) {
        return switch (step) {
            case PodStep.PrepareVolumes ignored -> "volumes";
            case PodStep.StartSandbox start -> "sandbox " + start.attempt();
            case PodStep.AttachNetwork ignored -> "attach";
            case PodStep.StartContainer start -> "start " + start.container().name() + " " + start.attempt();
            case PodStep.ResizeContainer resize ->
                "resize " + resize.container().name();
            case PodStep.RunPreStop hook -> "pre-stop " + hook.container().name();
            case PodStep.BeginEnding begin ->
                "end " + begin.container() + late(begin.ending().deadline());
            case PodStep.Terminate terminate -> terminate.signal() + " " + terminate.container();
            case PodStep.Kill kill -> "kill " + kill.container();
            case PodStep.RemoveContainers remove -> "remove " + remove.ids();
            case PodStep.RemoveSandboxes ignored -> "remove sandboxes";
            case PodStep.GiveUp ignored -> "give up";
            case PodStep.Finish ignored -> "finish";
        };
    }
}
