package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Writes Event objects in the background. Events are best effort: one that cannot be written is dropped. */
public final class EventSender {
    /** New events are dropped while this many are unanswered. */
    static final int MAX_OUTSTANDING = 512;

    private final ObjectEventRecorder recorder = new ObjectEventRecorder();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final CommandPort port;
    private final InstantSource clock;

    public EventSender(CommandPort port, InstantSource clock) {
        this.port = port;
        this.clock = clock;
    }

    /** Sends the event and returns at once. */
    public void send(Actor actor, @Nullable Cause cause, ObjectEvent event) {
        if (outstanding.get() >= MAX_OUTSTANDING) {
            return;
        }
        Optional<Command> command = recorder.record(event, clock.instant());
        if (command.isPresent()) {
            outstanding.incrementAndGet();
            port.send(request(actor, cause, command.get()))
                    .whenComplete((result, failure) -> answered(command.get(), result));
        }
    }

    private void answered(Command command, @Nullable CommandResult result) {
        outstanding.decrementAndGet();
        if (command instanceof PatchObject patch
                && result instanceof Refused refused
                && refused.refusal().reason() == Refusal.Reason.NOT_FOUND) {
            recorder.forget(patch.key());
        }
    }

    static CommandRequest request(Actor actor, @Nullable Cause cause, Command command) {
        String id = UUID.randomUUID().toString();
        return cause == null
                ? new CommandRequest(id, actor, null, id, false, "", null, command)
                : new CommandRequest(id, actor, cause.id(), cause.correlationId(), false, "", null, command);
    }
}
