package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.pod.admission.CriticalPods;
import io.shiplog.node.pod.admission.PodAdmission.Rejected;
import io.shiplog.node.pod.admission.PodAdmission.Verdict;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.References;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Health;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.pod.plan.PodPlan;
import io.shiplog.node.pod.plan.PodStep;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.pod.port.ResizeGate;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.pod.status.LogSource;
import io.shiplog.node.pod.status.PodPhase;
import io.shiplog.node.pod.status.PodStatus;
import io.shiplog.node.pod.status.StatusEvents;
import io.shiplog.node.stats.RunningPod;
import io.shiplog.node.volume.VolumeContents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pod on its node. All inputs are messages, taken one at a time; after each, the plan gives the next steps, these start on
 * other threads, and the status is reported if it changed.
 */
public final class PodActor {
    private static final Logger LOG = LoggerFactory.getLogger(PodActor.class);
    /** The delay after the engine did not answer. */
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);
    /** How often volumes are refreshed without a change: tokens expire. */
    private static final Duration VOLUMES_AFTER = Duration.ofMinutes(1);

    private final PodPorts ports;
    private final PodSettings settings;
    private final PodEffects effects;
    private final PodMemory memory;
    private final PodProbes probes;
    private final Resizing resizing;
    private final Queue<Runnable> messages = new ArrayDeque<>();
    private boolean taking;
    /** The pod as the cluster wants it; {@link #desired} has the resources that the node has given it. */
    private DesiredPod asked;

    private volatile DesiredPod desired;
    private volatile JsonNode reported;
    private TaskClock.@Nullable Pending alarm;
    private TaskClock.@Nullable Pending volumeAlarm;
    /** Whether the last report must be repeated. */
    private boolean overwritten;

    private volatile boolean finished;
    private volatile boolean rejected;
    private volatile boolean preempted;
    /** The state after the last turn, for readers. */
    private volatile ObservedPod picture;

    /**
     * @param existing the pod's containers found by the runner at its start
     * @param gate decides about resizes
     */
    public PodActor(PodPorts ports, PodSettings settings, DesiredPod pod, List<Container> existing, ResizeGate gate) {
        this.ports = ports;
        this.settings = settings;
        this.effects = new PodEffects(ports, settings);
        this.resizing = new Resizing(pod, gate, ports.events());
        this.asked = pod;
        this.desired = resizing.given(pod);
        this.reported = pod.knownStatus();
        this.memory = new PodMemory(pod, ports.clock().now());
        existing.forEach(memory::saw);
        this.probes = new PodProbes(ports, this::onHealth);
        pod.allContainers().forEach(this::restoreHealth);
        memory.readTerminationMessages(ports, desired);
        this.picture = memory.seen();
    }

    /** A container that was last reported ready is ready until its probes say otherwise. */
    private void restoreHealth(DesiredContainer container) {
        Container run = memory.newest(container.name());
        if (run == null || !run.running()) {
            return;
        }
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonNode entry : reported.path(list)) {
                if (entry.path("containerID").asText().equals("docker://" + run.id())) {
                    Health health = new Health(
                            run.id(),
                            entry.path("started").asBoolean(),
                            entry.path("ready").asBoolean(),
                            null);
                    memory.note(container.name(), notes -> notes.with(health));
                }
            }
        }
    }

    /** Starts; call it once. */
    public void begin(Verdict admission) {
        rejected = admission instanceof Rejected;
        post(() -> {
            if (admission instanceof Rejected rejection) {
                memory.giveUp(rejection.failure());
                ports.events().record(desired, "", PodEvents.Kind.WARNING, rejection.reason(), rejection.message());
            }
        });
    }

    /** The pod must end, to make room for another one that the cluster depends on. */
    public void preempt() {
        end(CriticalPods.PREEMPTED);
    }

    /** Ends the pod, which did nothing wrong: the node has no room for it. */
    public void end(PodFailure why) {
        preempted = true;
        post(() -> {
            memory.giveUp(why);
            ports.events().record(desired, "", PodEvents.Kind.WARNING, why.reason(), why.message());
        });
    }

    /** The pod if it uses resources of the node, or is about to; else null. */
    public @Nullable DesiredPod using() {
        boolean over = finished
                || rejected
                || preempted
                || PodPhase.of(desired, reported, picture).terminal();
        return over ? null : desired;
    }

    /** The pod's object changed. */
    public void wanted(DesiredPod pod) {
        post(() -> {
            asked = pod;
            desired = resizing.given(pod);
            overwritten = NodeReadiness.markedNotReady(pod.knownStatus());
            awaitNode();
            refreshVolumes();
        });
    }

    private void awaitNode() {
        if (overwritten && !NodeReadiness.of(ports.source(), settings.place().node())) {
            ports.clock().after(TRY_AGAIN_AFTER, () -> post(this::awaitNode));
        }
    }

    /** The pod's object was deleted. */
    public void vanished() {
        post(() -> {
            asked = asked.vanished();
            desired = desired.vanished();
        });
    }

    /** A container of the pod changed, according to the engine. */
    public void containerChanged(String id) {
        post(() -> look(id));
    }

    /** Everything may have changed. */
    public void lookAgain() {
        post(() -> memory.ids().forEach(this::look));
    }

    /** A ConfigMap or Secret changed; no effect if the pod does not use it. */
    public void referenceChanged(ObjectKey key) {
        if (References.of(desired).contains(key)) {
            post(() -> {
                memory.forgetConfigErrors();
                refreshVolumes();
            });
        }
    }

    /** Whether nothing is left of the pod, and the actor can be dropped. */
    public boolean finished() {
        return finished;
    }

    public ObjectKey key() {
        return desired.key();
    }

    /** The run of a container whose log is requested, by the last reported status. */
    public LogSource log(String container, boolean previous) {
        return LogSource.of(reported, key().name(), container, previous);
    }

    /** The pod with its containers that run; null if none does, or its object is gone. */
    public @Nullable RunningPod runningContainers() {
        return RunningContainers.of(desired, picture);
    }

    /** The pod's addresses, by the last reported status. */
    public List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        reported.path("podIPs").forEach(each -> addresses.add(each.path("ip").asText()));
        return addresses;
    }

    /** The engine's id of a container that runs, by the last reported status; else empty. */
    public String running(String container) {
        return LogSource.running(reported, container);
    }

    /** The engine's id of any container that runs, by the last reported status; else empty. */
    public String running() {
        return LogSource.running(reported);
    }

    private void look(String id) {
        try {
            ports.engine().inspect(id).ifPresentOrElse(memory::saw, () -> memory.lost(id));
            memory.readTerminationMessages(ports, desired);
        } catch (EngineException e) {
            LOG.warn("container {} of {} could not be looked at: {}", id, desired.key(), e.getMessage());
            ports.clock().after(TRY_AGAIN_AFTER, () -> containerChanged(id));
        }
    }

    /** An effect's observation may be old when its outcome is handled: the container may have ended meanwhile. */
    private void learn(Container container) {
        memory.sawFirst(container);
        look(container.id());
    }

    private void post(Runnable message) {
        synchronized (messages) {
            messages.add(message);
            if (taking) {
                return;
            }
            taking = true;
        }
        ports.clock().run(this::takeMessages);
    }

    private void takeMessages() {
        while (true) {
            Runnable message;
            synchronized (messages) {
                message = messages.poll();
                if (message == null) {
                    taking = false;
                    return;
                }
            }
            synchronized (this) {
                if (!finished) {
                    take(message);
                }
            }
        }
    }

    private void take(Runnable message) {
        try {
            message.run();
            turn();
        } catch (RuntimeException e) {
            // One pod's bug must not stop the others; the next message finds the same state again.
            LOG.error("a turn of pod {} failed", desired.key(), e);
        }
    }

    /** Asks for the resources that the pod wants and was not given. */
    private void resize() {
        if (!asked.ending() && !rejected && !preempted && using() != null) {
            resizing.ask(asked);
            desired = resizing.given(asked);
        }
    }

    private void turn() {
        resize();
        PodStep.Plan plan =
                PodPlan.next(desired, reported, memory.seen(), ports.clock().now());
        while (plan.steps().stream().anyMatch(this::takenHere)) {
            plan = PodPlan.next(desired, reported, memory.seen(), ports.clock().now());
        }
        ObservedPod before = memory.seen();
        plan.steps().forEach(step -> launch(step, before));
        picture = memory.seen();
        probes.follow(desired, picture);
        resizing.follow(desired, picture, using() == null);
        report();
        setAlarm(soonest(plan.lookAgain()));
    }

    /** Steps that only change memory are taken at once. */
    private boolean takenHere(PodStep step) {
        if (step instanceof PodStep.BeginEnding begin) {
            Ending old = memory.notes(begin.container()).ending();
            memory.note(begin.container(), notes -> notes.with(begin.ending()));
            if (old == null || !old.containerId().equals(begin.ending().containerId())) {
                DesiredContainer container = desired.container(begin.container());
                ports.events()
                        .record(
                                desired,
                                container == null ? "" : container.fieldPath(),
                                PodEvents.Kind.NORMAL,
                                "Killing",
                                begin.ending().why());
            }
            return true;
        }
        if (step instanceof PodStep.GiveUp giveUp) {
            memory.giveUp(giveUp.failure());
            ports.events()
                    .record(
                            desired,
                            "",
                            PodEvents.Kind.NORMAL,
                            giveUp.failure().reason(),
                            giveUp.failure().message());
            return true;
        }
        return false;
    }

    private void launch(PodStep step, ObservedPod seen) {
        if (!memory.begin(step.name())) {
            return;
        }
        DesiredPod pod = desired;
        ports.clock().run(() -> {
            Outcome outcome = taken(step, pod, seen);
            if (outcome instanceof Outcome.TryAgain again) {
                LOG.warn("pod {}: {} did not succeed: {}", pod.key(), step.name(), again.message());
                ports.clock().after(TRY_AGAIN_AFTER, () -> post(() -> memory.end(step.name())));
            } else {
                post(() -> {
                    memory.end(step.name());
                    apply(outcome);
                });
            }
        });
    }

    /** A bug in one step must not leave it in progress forever: it is logged, and the step planned again. */
    private Outcome taken(PodStep step, DesiredPod pod, ObservedPod seen) {
        try {
            return effects.take(step, pod, seen);
        } catch (RuntimeException e) {
            LOG.error("pod {}: {} failed", pod.key(), step.name(), e);
            return new Outcome.TryAgain(e.toString());
        }
    }

    private void apply(Outcome outcome) {
        Instant now = ports.clock().now();
        switch (outcome) {
            case Outcome.VolumesPrepared prepared -> {
                memory.volumes(prepared.trouble());
                setVolumeAlarm();
            }
            case Outcome.SandboxStarted started -> {
                learn(started.sandbox());
                memory.attached(started.address());
            }
            case Outcome.SandboxFailed failed -> {
                if (failed.sandbox() != null) {
                    learn(failed.sandbox());
                }
                memory.sandboxFailed(failed.trouble());
            }
            case Outcome.ContainerStarted started -> {
                learn(started.container());
                memory.note(started.name(), notes -> notes.with((ObservedPod.Trouble) null));
            }
            case Outcome.ContainerFailed failed -> {
                learn(failed.container());
                memory.note(failed.name(), notes -> notes.with((ObservedPod.Trouble) null));
            }
            case Outcome.ContainerNotMade not -> memory.note(not.name(), notes -> notes.with(not.trouble()));
            case Outcome.Hooked hooked -> {
                learn(hooked.container());
                memory.note(
                        hooked.name(),
                        notes -> notes.with((ObservedPod.Trouble) null)
                                .with(Ending.asked(
                                        hooked.container().id(),
                                        hooked.hookFailure(),
                                        now.plus(desired.terminationGrace()))));
            }
            case Outcome.Resized resized -> {
                look(resized.containerId());
                memory.note(resized.name(), notes -> notes.withResize(resized.trouble()));
            }
            case Outcome.EndingAdvanced advanced -> memory.advance(advanced.name(), advanced.ending());
            case Outcome.Removed removed -> removed.ids().forEach(memory::lost);
            case Outcome.Finished ignored -> finish();
            case Outcome.TryAgain ignored -> throw new IllegalStateException("handled before");
        }
        memory.readTerminationMessages(ports, desired);
    }

    private void onHealth(String container, Health health) {
        post(() -> memory.note(container, notes -> notes.with(health)));
    }

    private void refreshVolumes() {
        if (memory.seen().volumes().ready() && filledVolumes() && !desired.ending() && !finished) {
            launch(new PodStep.PrepareVolumes(), memory.seen());
        }
    }

    private boolean filledVolumes() {
        for (JsonNode volume : desired.spec().path("volumes")) {
            if (VolumeContents.fills(volume)) {
                return true;
            }
        }
        return false;
    }

    private void setVolumeAlarm() {
        if (volumeAlarm != null) {
            volumeAlarm.cancel();
        }
        volumeAlarm = filledVolumes() ? ports.clock().after(VOLUMES_AFTER, () -> post(this::refreshVolumes)) : null;
    }

    private void report() {
        if (desired.gone() || finished) {
            return;
        }
        ObjectNode status = PodStatus.of(
                desired,
                memory.seen(),
                resizing.status(),
                settings,
                reported,
                ports.clock().now());
        if (!status.equals(reported)
                || (overwritten
                        && NodeReadiness.of(ports.source(), settings.place().node()))) {
            overwritten = false;
            StatusEvents.record(ports.events(), desired, reported, status);
            reported = status;
            ports.status().report(desired.key(), desired.uid(), status);
        }
    }

    /** A deferred resize is tried again: other pods may have ended. */
    private @Nullable Instant soonest(@Nullable Instant lookAgain) {
        if (!resizing.deferred()) {
            return lookAgain;
        }
        Instant retry = ports.clock().now().plus(TRY_AGAIN_AFTER);
        return lookAgain == null || retry.isBefore(lookAgain) ? retry : lookAgain;
    }

    private void setAlarm(@Nullable Instant next) {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        if (next != null && !finished) {
            Duration delay = Duration.between(ports.clock().now(), next);
            alarm = ports.clock().after(delay.isNegative() ? Duration.ZERO : delay, () -> post(() -> {}));
        }
    }

    private void finish() {
        finished = true;
        probes.close();
        if (volumeAlarm != null) {
            volumeAlarm.cancel();
        }
        if (!desired.gone()) {
            ports.status().finish(desired.key(), desired.uid());
        }
    }
}
