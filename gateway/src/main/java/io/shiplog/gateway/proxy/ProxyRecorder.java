package io.shiplog.gateway.proxy;

import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Records that a user was let into a pod through the proxy. A user with nothing but {@code get pods/proxy} decides how often a page is opened, so a
 * minute of them is one event for a user and pod: the log grows with the pods, not with the connections.
 */
final class ProxyRecorder {
    /** Later connections of a user to a pod belong to the same event. */
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** Users and pods that are remembered. */
    static final int MAX_REMEMBERED = 16_384;

    private final LongSupplier nanos;
    private final Map<Access, Recorded> recent = new LinkedHashMap<>();

    private record Access(Actor actor, ObjectKey pod) {}

    /** @param answer pending, or that of the event's command */
    private record Recorded(long since, CompletionStage<CommandResult> answer) {
        boolean holds(long now) {
            return now - since < WINDOW.toNanos();
        }
    }

    ProxyRecorder() {
        this(System::nanoTime);
    }

    /** @param nanos a clock that never goes back, in nanoseconds */
    ProxyRecorder(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The answer to the command whose event covers an access that begins now. A refused one covers none. */
    synchronized CompletionStage<CommandResult> record(CommandPort commands, Actor actor, ObjectKey pod) {
        long now = nanos.getAsLong();
        Access access = new Access(actor, pod);
        Recorded known = recent.get(access);
        if (known != null && known.holds(now)) {
            return known.answer();
        }
        CompletionStage<CommandResult> answer =
                commands.send(CommandRequest.byUser(actor, new OpenStream(pod, EventVerb.PROXY.word(), "", List.of())));
        recent.remove(access);
        Iterator<Recorded> oldest = recent.values().iterator();
        while (oldest.hasNext() && (!oldest.next().holds(now) || recent.size() >= MAX_REMEMBERED)) {
            oldest.remove();
        }
        Recorded made = new Recorded(now, answer);
        recent.put(access, made);
        var unused = answer.whenComplete((result, failure) -> {
            if (!(result instanceof CommandResult.Accepted)) {
                forget(access, made);
            }
        });
        return answer;
    }

    private synchronized void forget(Access access, Recorded refused) {
        recent.remove(access, refused);
    }
}
