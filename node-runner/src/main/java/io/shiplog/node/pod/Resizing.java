package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.admission.PodAdmission.Fits;
import io.shiplog.node.pod.admission.PodAdmission.Resize;
import io.shiplog.node.pod.admission.PodAdmission.Waits;
import io.shiplog.node.pod.desired.Allocation;
import io.shiplog.node.pod.desired.ContainerLimits;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.plan.PodStep;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.ResizeGate;
import io.shiplog.node.pod.status.ResizeStatus;
import io.shiplog.node.pod.status.ResizeStatus.Condition;
import org.jspecify.annotations.Nullable;

/**
 * What the node has given a pod, and how far a resize is. Used only by its actor.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/allocation/allocation_manager.go">the kubelet's
 *     allocation manager</a>
 */
final class Resizing {
    private final ResizeGate gate;
    private final PodEvents events;
    private volatile Allocation allocation;
    private ResizeStatus status;

    Resizing(DesiredPod pod, ResizeGate gate, PodEvents events) {
        this.gate = gate;
        this.events = events;
        this.allocation = Allocation.known(pod);
        this.status = ResizeStatus.of(pod.knownStatus());
    }

    /** A pod with what it was given. */
    DesiredPod given(DesiredPod asked) {
        return asked.with(allocation);
    }

    ResizeStatus status() {
        return status;
    }

    /** Whether the node may have room later. */
    boolean deferred() {
        Condition pending = status.pending();
        return pending != null && pending.reason().equals(Resize.DEFERRED);
    }

    /** Asks the node for what the pod asks for. */
    void ask(DesiredPod asked) {
        if (!allocation.differsFrom(asked)) {
            status = status.withPending(null);
            return;
        }
        long generation = asked.tree().path("metadata").path("generation").asLong(1);
        switch (gate.decide(asked, () -> allocation = Allocation.asked(asked))) {
            case Fits ignored -> {
                status = new ResizeStatus(null, new Condition("", "", generation));
                record(asked, PodEvents.Kind.NORMAL, "ResizeStarted", "Pod resize started", generation, "");
            }
            case Waits(String reason, String message) -> {
                Condition before = status.pending();
                status = status.withPending(new Condition(reason, message, generation));
                if (before == null || !before.reason().equals(reason) || before.generation() != generation) {
                    record(
                            asked,
                            PodEvents.Kind.WARNING,
                            "Resize" + reason,
                            "Pod resize " + reason,
                            generation,
                            message);
                }
            }
        }
    }

    /** Follows a resize until it is in effect, or the pod is over. */
    void follow(DesiredPod given, ObservedPod seen, boolean over) {
        Condition progress = status.inProgress();
        if (over) {
            status = ResizeStatus.NONE;
            return;
        }
        if (progress == null) {
            return;
        }
        Trouble trouble = null;
        boolean done = true;
        for (DesiredContainer container : given.everyContainer()) {
            if (container.resizable()) {
                done &= inEffect(container, seen);
                trouble = trouble == null ? seen.notes(container.name()).resize() : trouble;
            }
        }
        if (done) {
            status = status.withProgress(null);
            record(given, PodEvents.Kind.NORMAL, "ResizeCompleted", "Pod resize completed", progress.generation(), "");
        } else if (trouble != null && !trouble.message().equals(progress.message())) {
            status = status.withProgress(new Condition(trouble.reason(), trouble.message(), progress.generation()));
            record(
                    given,
                    PodEvents.Kind.WARNING,
                    "ResizeError",
                    "Pod resize error",
                    progress.generation(),
                    trouble.message());
        }
    }

    private static boolean inEffect(DesiredContainer container, ObservedPod seen) {
        String name = container.name();
        if (seen.isUnderWay(PodStep.RESIZE + name)
                || seen.isUnderWay(ObservedPod.starting(name))
                || seen.restarts(name)) {
            return false;
        }
        Container run = seen.newest(name);
        return run == null || !run.running() || ContainerLimits.inEffect(container, run);
    }

    /** The kubelet's message: what each container is to have, as JSON. */
    private void record(
            DesiredPod pod, PodEvents.Kind kind, String reason, String what, long generation, @Nullable String error) {
        ObjectNode summary = Json.MAPPER.createObjectNode();
        for (DesiredContainer container : pod.allContainers()) {
            summary.withArrayProperty(container.init() ? "initContainers" : "containers")
                    .addObject()
                    .put("name", container.name())
                    .set("resources", container.tree().path("resources"));
        }
        summary.put("generation", generation);
        if (error != null && !error.isEmpty()) {
            summary.put("error", error);
        }
        events.record(pod, "", kind, reason, what + ": " + summary);
    }
}
