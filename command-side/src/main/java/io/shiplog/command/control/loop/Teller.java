package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.happening.Happening;
import io.shiplog.events.happening.HappeningRecorder;
import io.shiplog.events.object.Actor;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends happenings as Event objects, in the background. One that cannot be told is dropped: they are for people, nothing relies on them. */
public final class Teller {
    /** More unanswered ones than this, and new ones are dropped. */
    static final int MAX_OUTSTANDING = 512;

    private final HappeningRecorder recorder = new HappeningRecorder();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final CommandPort port;
    private final InstantSource clock;

    public Teller(CommandPort port, InstantSource clock) {
        this.port = port;
        this.clock = clock;
    }

    /** Tells, and returns at once. */
    public void tell(Actor actor, @Nullable Cause cause, Happening happening) {
        if (outstanding.get() >= MAX_OUTSTANDING) {
            return;
        }
        Optional<Command> command = recorder.record(happening, clock.instant());
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
                ? new CommandRequest(id, actor, null, id, false, null, command)
                : new CommandRequest(id, actor, cause.id(), cause.correlationId(), false, null, command);
    }
}
