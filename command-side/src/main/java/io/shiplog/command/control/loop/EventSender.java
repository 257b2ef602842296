package io.shiplog.command.control.loop;

import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Event objects in the background. Events are best effort: one that cannot be written now is tried again, up to {@link #MAX_TRIES}
 * times; one that is rejected is dropped.
 *
 * @see <a href="https://github.com/kubernetes/client-go/blob/master/tools/record/event.go">recordToSink</a>
 */
public final class EventSender {
    /** New events are dropped while this many are unanswered or wait for another try. */
    static final int MAX_OUTSTANDING = 512;
    /** How often an event is sent in all, as by Kubernetes' recorders. */
    static final int MAX_TRIES = 12;
    /** The pause before another try. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);

    private final ObjectEventRecorder recorder = new ObjectEventRecorder();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final CommandPort port;
    private final InstantSource clock;
    private final Function<Duration, Executor> later;

    /** One event on its way. */
    private record Sending(Actor actor, @Nullable Cause cause, ObjectEvent event, Command command, int tries) {
        Sending again(Command next) {
            return new Sending(actor, cause, event, next, tries + 1);
        }
    }

    public EventSender(CommandPort port, InstantSource clock) {
        this(port, clock, pause -> CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** @param later runs tasks after a pause */
    public EventSender(CommandPort port, InstantSource clock, Function<Duration, Executor> later) {
        this.port = port;
        this.clock = clock;
        this.later = later;
    }

    /** Sends the event and returns at once. */
    public void send(Actor actor, @Nullable Cause cause, ObjectEvent event) {
        if (outstanding.get() >= MAX_OUTSTANDING) {
            LOG.warn(
                    "{} events wait to be written: dropped {} of {}",
                    MAX_OUTSTANDING,
                    event.reason(),
                    event.regarding());
            return;
        }
        Optional<Command> command = recorder.record(event, clock.instant());
        if (command.isPresent()) {
            outstanding.incrementAndGet();
            send(new Sending(actor, cause, event, command.get(), 1));
        }
    }

    private void send(Sending sending) {
        port.send(request(sending.actor(), sending.cause(), sending.command()))
                .whenComplete((result, failure) -> answered(sending, result));
    }

    private void answered(Sending sending, @Nullable CommandResult result) {
        Refusal refusal = result instanceof Refused refused ? refused.refusal() : null;
        if (sending.tries() < MAX_TRIES && sending.command() instanceof PatchObject patch && isMissing(refusal)) {
            // The Event object was deleted, or never written: this one is the first again.
            recorder.forget(patch.key());
            send(sending.again(recorder.again(sending.event(), clock.instant())));
        } else if (sending.tries() < MAX_TRIES && (result == null || isPassing(refusal))) {
            later.apply(PAUSE).execute(() -> send(sending.again(sending.command())));
        } else {
            outstanding.decrementAndGet();
            // A create whose answer was lost is refused as AlreadyExists when it is tried again.
            boolean written = result != null
                    && (refusal == null || refusal.reason() == Refusal.Reason.ALREADY_EXISTS && sending.tries() > 1);
            if (!written) {
                dropped(sending, refusal);
            }
        }
    }

    private void dropped(Sending sending, @Nullable Refusal refusal) {
        LOG.debug("event dropped: {}: {}", sending.event(), refusal == null ? "no answer" : refusal.message());
        if (sending.command() instanceof CreateObject create) {
            // The next one of its kind is created instead of counted.
            recorder.forget(ObjectEventRecorder.keyOf(create));
        }
    }

    private static boolean isMissing(@Nullable Refusal refusal) {
        return refusal != null && refusal.reason() == Refusal.Reason.NOT_FOUND;
    }

    /** Whether the same command may be accepted later. */
    private static boolean isPassing(@Nullable Refusal refusal) {
        return refusal != null
                && switch (refusal.reason()) {
                    case TOO_MANY_REQUESTS, INTERNAL_ERROR, SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, TIMEOUT -> true;
                    default -> false;
                };
    }

    static CommandRequest request(Actor actor, @Nullable Cause cause, Command command) {
        String id = UUID.randomUUID().toString();
        return cause == null
                ? new CommandRequest(id, actor, null, id, false, "", null, command)
                : new CommandRequest(id, actor, cause.id(), cause.correlationId(), false, "", null, command);
    }
}
