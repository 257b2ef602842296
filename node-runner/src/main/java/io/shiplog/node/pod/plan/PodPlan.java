package io.shiplog.node.pod.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.admission.Eviction;
import io.shiplog.node.pod.desired.ContainerLimits;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.BackOff;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.ContainerNotes;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.observed.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The step function: desired state, observed state and time give the next steps. Pure: the same arguments give the same answer,
 * and an actor that lost its memory gets a plan to the same end.
 */
public final class PodPlan {
    /** The grace period of a pod whose object was force deleted, and of one that is evicted. */
    private static final Duration FORCED_GRACE = Duration.ofSeconds(1);
    /** Runs kept of each container: the newest, and the previous one for {@code kubectl logs --previous}. */
    private static final int KEPT_RUNS = 2;

    private final DesiredPod pod;
    private final ObservedPod seen;
    private final Instant now;
    private final List<PodStep> steps = new ArrayList<>();
    private @Nullable Instant lookAgain;

    private PodPlan(DesiredPod pod, ObservedPod seen, Instant now) {
        this.pod = pod;
        this.seen = seen;
        this.now = now;
    }

    /**
     * The steps to take now, without those in progress.
     *
     * @param reported the pod's status as it was last reported
     */
    public static PodStep.Plan next(DesiredPod pod, JsonNode reported, ObservedPod seen, Instant now) {
        PodPlan plan = new PodPlan(pod, seen, now);
        if (pod.ending()) {
            plan.end();
        } else if (pod.terminalPhase() || seen.failure() != null || complete(pod, reported, seen)) {
            plan.retire();
        } else {
            plan.run();
        }
        return new PodStep.Plan(
                plan.steps.stream()
                        .filter(step -> !seen.isUnderWay(step.name()))
                        .toList(),
                plan.lookAgain);
    }

    /** Whether nothing of the pod will ever run again. */
    private static boolean complete(DesiredPod pod, JsonNode reported, ObservedPod seen) {
        if (Progress.initFailed(pod, reported, seen)) {
            return true;
        }
        return !pod.containers().isEmpty()
                && pod.containers().stream().allMatch(container -> {
                    Progress progress = Progress.of(container, reported, seen);
                    return progress.hasStopped() && !pod.restarts(container, progress.exitCode());
                });
    }

    private void end() {
        Instant asked = pod.deletionTimestamp();
        Instant deadline = pod.gone() || asked == null ? now.plus(FORCED_GRACE) : asked;
        if (endContainers(deadline, "Stopping container ") && quiet()) {
            steps.add(new PodStep.Finish());
        }
    }

    /** The pod is over but its object stays: nothing runs, dead containers stay for their logs. */
    private void retire() {
        PodFailure failure = seen.failure();
        // Memory is needed at once.
        Duration grace = failure != null && Eviction.isEviction(failure) ? FORCED_GRACE : pod.terminationGrace();
        if (endContainers(now.plus(grace), "Stopping container ") && quiet()) {
            List<String> sandboxes =
                    seen.sandboxes().stream().map(Container::id).toList();
            if (!sandboxes.isEmpty()) {
                steps.add(new PodStep.RemoveSandboxes(sandboxes));
            }
        }
    }

    /** A hook may still run: what it calls need not answer when the container is gone. */
    private boolean quiet() {
        return seen.underWay().stream().allMatch(name -> name.equals("finish") || name.startsWith(PodStep.PRE_STOP));
    }

    private void run() {
        if (activeDeadlinePassed()) {
            steps.add(new PodStep.GiveUp(new PodFailure(
                    "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")));
            return;
        }
        if (!seen.volumes().ready()) {
            unlessWaiting(seen.volumes().trouble(), new PodStep.PrepareVolumes());
            return;
        }
        if (!seen.sandboxRuns()) {
            renewSandbox();
            return;
        }
        Container sandbox = seen.sandbox();
        if (seen.address() == null && sandbox != null) {
            unlessWaiting(seen.sandboxTrouble(), new PodStep.AttachNetwork(sandbox.id()));
            return;
        }
        removeLeftovers();
        pod.ephemeralContainers().forEach(this::runOnce);
        if (initialized()) {
            pod.containers().forEach(this::keep);
        }
    }

    private boolean activeDeadlinePassed() {
        long seconds = pod.spec().path("activeDeadlineSeconds").asLong(0);
        if (seconds <= 0) {
            return false;
        }
        Instant deadline = seen.startTime().plusSeconds(seconds);
        if (!now.isBefore(deadline)) {
            return true;
        }
        lookAgainAt(deadline);
        return false;
    }

    /** Containers of a dead sandbox have lost their network: they end, init containers run again. */
    private void renewSandbox() {
        Container dead = seen.sandbox();
        if (dead == null) {
            unlessWaiting(seen.sandboxTrouble(), new PodStep.StartSandbox(0));
            return;
        }
        if (!endContainers(now.plus(pod.terminationGrace()), "Pod sandbox changed, it will be killed and re-created: ")
                || !quiet()) {
            return;
        }
        List<String> inits = seen.containers().entrySet().stream()
                .filter(e -> isInit(e.getKey()))
                .flatMap(e -> e.getValue().stream())
                .map(Container::id)
                .toList();
        if (inits.isEmpty()) {
            unlessWaiting(seen.sandboxTrouble(), new PodStep.StartSandbox(PodLabels.attempt(dead) + 1));
        } else {
            steps.add(new PodStep.RemoveContainers(inits));
        }
    }

    private boolean isInit(String name) {
        DesiredContainer container = pod.container(name);
        return container != null && container.init() && !container.sidecar();
    }

    private void removeLeftovers() {
        List<String> old = new ArrayList<>();
        for (Map.Entry<String, List<Container>> entry : seen.containers().entrySet()) {
            int kept = pod.container(entry.getKey()) == null ? 0 : KEPT_RUNS;
            List<Container> runs = entry.getValue();
            runs.subList(0, Math.max(0, runs.size() - kept)).forEach(run -> old.add(run.id()));
        }
        if (!old.isEmpty()) {
            steps.add(new PodStep.RemoveContainers(old));
        }
        List<Container> sandboxes = seen.sandboxes();
        if (sandboxes.size() > 1) {
            steps.add(new PodStep.RemoveSandboxes(sandboxes.subList(0, sandboxes.size() - 1).stream()
                    .map(Container::id)
                    .toList()));
        }
    }

    /** Advances the init containers, one after the other; true when the others may run. */
    private boolean initialized() {
        // Once an app container was created, the init containers had succeeded: they may be removed by now.
        boolean passed = pod.containers().stream().anyMatch(c -> seen.newest(c.name()) != null);
        for (DesiredContainer container : pod.initContainers()) {
            if (container.sidecar()) {
                keep(container);
                if (!passed && !seen.started(container)) {
                    return false;
                }
            } else if (!passed) {
                Container run = seen.newest(container.name());
                if (run == null || !ObservedPod.over(run) || ObservedPod.exitCode(run) != 0) {
                    keep(container);
                    return false;
                }
            }
        }
        return true;
    }

    /** Starts a container that has never run. */
    private void runOnce(DesiredContainer container) {
        Container run = seen.newest(container.name());
        boolean begun = run != null && (run.running() || ObservedPod.over(run));
        if (!begun && pod.knownRuns(container.name()) == 0) {
            start(container, 0, seen.notes(container.name()).trouble());
        }
    }

    /** Gives a running container the limits that it is to have: at once, or with a new run. */
    private void resize(DesiredContainer container, Container run) {
        if (!container.resizable() || ContainerLimits.inEffect(container, run)) {
            return;
        }
        if (ContainerLimits.needsRestart(container, run)) {
            steps.add(new PodStep.BeginEnding(
                    container.name(),
                    Ending.toRestart(
                            run.id(),
                            "Container %s resize requires restart".formatted(container.name()),
                            now.plus(pod.terminationGrace()))));
        } else {
            unlessWaiting(seen.notes(container.name()).resize(), new PodStep.ResizeContainer(container, run.id()));
        }
    }

    /** Keeps a container running: starts it, restarts it after its back-off, stops it if its probes require that. */
    private void keep(DesiredContainer container) {
        ContainerNotes notes = seen.notes(container.name());
        Container run = seen.newest(container.name());
        if (run == null) {
            // A reported container that is missing was removed by another program: its next run continues the count.
            start(container, pod.knownRuns(container.name()), notes.trouble());
        } else if (run.running()) {
            Health health = notes.health();
            Ending ending = notes.ending();
            if (ending != null && ending.containerId().equals(run.id())) {
                goOnEnding(container, run, ending, true);
            } else if (health != null && health.containerId().equals(run.id()) && health.unhealthy() != null) {
                Instant deadline = now.plus(graceOfProbe(container, health));
                steps.add(new PodStep.BeginEnding(
                        container.name(), Ending.asked(run.id(), health.unhealthy(), deadline)));
            } else {
                resize(container, run);
            }
        } else if (!ObservedPod.over(run)) {
            // Created and never started: the runner died in between. The same run is retried.
            start(container, PodLabels.attempt(run), notes.trouble());
        } else if (seen.restarts(container.name())) {
            start(container, PodLabels.attempt(run) + 1, notes.trouble());
        } else if (pod.restarts(container, ObservedPod.exitCode(run))) {
            Instant until = BackOff.until(run);
            if (now.isBefore(until)) {
                lookAgainAt(until);
            } else {
                // Later runs may have been lost.
                int next = Math.max(PodLabels.attempt(run) + 1, pod.knownRuns(container.name()));
                start(container, next, notes.trouble());
            }
        }
    }

    /** A probe may have its own termination grace period. */
    private Duration graceOfProbe(DesiredContainer container, Health health) {
        long seconds = container
                .tree()
                .path(health.started() ? "livenessProbe" : "startupProbe")
                .path("terminationGracePeriodSeconds")
                .asLong(0);
        return seconds > 0 ? Duration.ofSeconds(seconds) : pod.terminationGrace();
    }

    private void start(DesiredContainer container, int attempt, @Nullable Trouble trouble) {
        unlessWaiting(trouble, new PodStep.StartContainer(container, attempt));
    }

    /**
     * Stops every running container. All begin at once, with their hooks; but a sidecar gets its stop signal only when the app
     * containers and the sidecars after it have ended, or the grace period has.
     *
     * @return whether none runs any more
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars">Termination with
     *     sidecars</a>
     */
    private boolean endContainers(Instant deadline, String why) {
        boolean running = false;
        for (String name : List.copyOf(seen.containers().keySet())) {
            if (!isSidecar(name)) {
                running |= endRuns(name, deadline, why, true);
            }
        }
        List<DesiredContainer> sidecars =
                pod.initContainers().stream().filter(DesiredContainer::sidecar).toList();
        for (DesiredContainer sidecar : sidecars.reversed()) {
            running |= endRuns(sidecar.name(), deadline, why, !running);
        }
        return !running;
    }

    private boolean isSidecar(String name) {
        DesiredContainer container = pod.container(name);
        return container != null && container.sidecar();
    }

    /**
     * @param turn whether the stop signal need not wait for other containers
     * @return whether one runs
     */
    private boolean endRuns(String name, Instant deadline, String why, boolean turn) {
        boolean running = false;
        // A runner that was down beyond the deadline signals before it kills.
        Instant until = deadline.isBefore(now) ? now : deadline;
        for (Container run : seen.containers().getOrDefault(name, List.of())) {
            if (!run.running()) {
                continue;
            }
            running = true;
            Ending ending = seen.notes(name).ending();
            if (ending == null || !ending.containerId().equals(run.id())) {
                steps.add(new PodStep.BeginEnding(name, Ending.asked(run.id(), why + name, until)));
            } else if (pod.ending() && until.isBefore(ending.deadline())) {
                // Deleted again with a shorter grace period.
                steps.add(new PodStep.BeginEnding(name, ending.until(until)));
            } else {
                goOnEnding(pod.container(name), run, ending, turn);
            }
        }
        return running;
    }

    private void goOnEnding(@Nullable DesiredContainer container, Container run, Ending ending, boolean turn) {
        String name = run.label(PodLabels.CONTAINER_NAME);
        if (ending.stage() == Ending.Stage.KILLED) {
            return;
        }
        if (!now.isBefore(ending.killAt())) {
            steps.add(new PodStep.Kill(name, ending));
            return;
        }
        lookAgainAt(ending.killAt());
        boolean inTime = now.isBefore(ending.deadline());
        switch (ending.stage()) {
            case ASKED, PRE_STOP_DONE -> {
                boolean hooked = false;
                if (inTime
                        && ending.stage() == Ending.Stage.ASKED
                        && container != null
                        && container.tree().path("lifecycle").hasNonNull("preStop")) {
                    hooked = true;
                    steps.add(new PodStep.RunPreStop(container, ending));
                }
                if (hooked || (inTime && !turn)) {
                    lookAgainAt(ending.deadline());
                } else {
                    steps.add(new PodStep.Terminate(name, ending, stopSignal(container, run)));
                }
            }
            case SIGNALLED, KILLED -> {}
        }
    }

    private static String stopSignal(@Nullable DesiredContainer container, Container run) {
        String own = container == null
                ? ""
                : container.tree().path("lifecycle").path("stopSignal").asText("");
        return own.isEmpty() ? run.stopSignal() : own;
    }

    private void unlessWaiting(@Nullable Trouble trouble, PodStep step) {
        if (trouble != null && now.isBefore(trouble.retryAt())) {
            boolean fresh = now.isBefore(trouble.backOffAt());
            lookAgainAt(
                    fresh && trouble.backOffAt().isBefore(trouble.retryAt()) ? trouble.backOffAt() : trouble.retryAt());
        } else {
            steps.add(step);
        }
    }

    private void lookAgainAt(Instant moment) {
        if (lookAgain == null || moment.isBefore(lookAgain)) {
            lookAgain = moment;
        }
    }
}
