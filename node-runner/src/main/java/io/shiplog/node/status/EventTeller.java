package io.shiplog.node.status;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.happening.Happening;
import io.shiplog.events.happening.HappeningRecorder;
import io.shiplog.events.happening.Regarding;
import io.shiplog.events.object.Actor;
import io.shiplog.node.pod.DesiredPod;
import io.shiplog.node.pod.PodEvents;
import io.shiplog.node.pod.TaskClock;

/** Tells of pods through Event objects, as the component {@code kubelet}: that is whom users and tools look for. */
public final class EventTeller implements PodEvents {
    private static final String COMPONENT = "kubelet";

    private final HappeningRecorder recorder = new HappeningRecorder();
    private final CommandPort commands;
    private final Actor actor;
    private final String node;
    private final TaskClock clock;

    public EventTeller(CommandPort commands, Actor actor, String node, TaskClock clock) {
        this.commands = commands;
        this.actor = actor;
        this.node = node;
        this.clock = clock;
    }

    @Override
    public void record(DesiredPod pod, String fieldPath, Kind kind, String reason, String message) {
        if (pod.tree().isMissingNode()) {
            return;
        }
        Regarding regarding = Regarding.object(pod.tree()).at(fieldPath);
        Happening happening = switch (kind) {
            case NORMAL -> Happening.normal(regarding, reason, message, COMPONENT);
            case WARNING -> Happening.warning(regarding, reason, message, COMPONENT);
        };
        recorder.record(happening.on(node), clock.now()).ifPresent(this::send);
    }

    /** Sent and not waited for: an Event that does not get through is no loss that anybody would stop for. */
    private void send(Command command) {
        commands.send(CommandRequest.byUser(actor, command)).whenComplete((result, error) -> {
            if (result instanceof CommandResult.Refused refused
                    && refused.refusal().reason() == Refusal.Reason.NOT_FOUND
                    && command instanceof Command.PatchObject patch) {
                recorder.forget(patch.key());
            }
        });
    }
}
