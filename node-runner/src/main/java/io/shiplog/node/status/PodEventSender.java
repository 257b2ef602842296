package io.shiplog.node.status;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.TaskClock;

/** Records Event objects about pods, as the component {@code kubelet} that users and tools expect. */
public final class PodEventSender implements PodEvents {
    private static final String COMPONENT = "kubelet";

    private final ObjectEventRecorder recorder = new ObjectEventRecorder();
    private final CommandPort commands;
    private final Actor actor;
    private final String node;
    private final TaskClock clock;

    public PodEventSender(CommandPort commands, Actor actor, String node, TaskClock clock) {
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
        ObjectEvent event = switch (kind) {
            case NORMAL -> ObjectEvent.normal(regarding, reason, message, COMPONENT);
            case WARNING -> ObjectEvent.warning(regarding, reason, message, COMPONENT);
        };
        recorder.record(event.on(node), clock.now()).ifPresent(this::send);
    }

    /** Fire and forget: events are best effort. */
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
