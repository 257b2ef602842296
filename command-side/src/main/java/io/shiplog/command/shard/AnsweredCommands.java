package io.shiplog.command.shard;

import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Recently answered commands of a shard: a repeated command id gets its first answer again, so that a client can retry after a
 * lost answer. After a restart the window is read back from the log; refusals are not in the log and are decided again, which
 * is harmless, since they changed nothing.
 *
 * <p>Used by the shard's decider thread; only an answer's completion may come from another one.
 */
public final class AnsweredCommands {
    /** How many commands are remembered. */
    static final int WINDOW = 8_192;

    /** Answers up to this size are cached; larger ones are read from the log again, which is rare. */
    private static final int KEPT_BYTES = 512;

    private final EventLog log;
    private final Map<String, Seen> entries = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > WINDOW;
        }
    };

    public AnsweredCommands(EventLog log) {
        this.log = log;
    }

    /** The answer to a repeated command, possibly still pending; null for a new command. */
    public @Nullable CompletableFuture<CommandResult> answer(String commandId) {
        Seen entry = entries.get(commandId);
        return entry == null ? null : entry.answer();
    }

    /** Remembers a command and its pending answer. A failed answer is forgotten: its outcome is unknown. */
    public void remember(CommandRequest request, CompletableFuture<CommandResult> answer) {
        Seen entry = new Seen(answer);
        entries.put(request.commandId(), entry);
        answer.whenComplete((result, failure) -> entry.complete(result));
    }

    /** Reads the window from the log, as of a revision. */
    void rebuild(long lastRevision) {
        entries.clear();
        long after = Math.max(log.oldest() - 1, lastRevision - WINDOW);
        while (after < lastRevision) {
            long reached = log.read(
                    after,
                    lastRevision,
                    batch -> batch.forEach(event -> entries.put(
                            event.commandId(), new Seen(new InLog(event.key(), event.revision(), outcome(event))))));
            if (reached == after) {
                return;
            }
            after = reached;
        }
    }

    private static Outcome outcome(Event event) {
        return switch (event.type().change()) {
            case DELETED -> Outcome.DELETED;
            case CREATED -> Outcome.CREATED;
            case DELETION_REQUESTED -> Outcome.DELETION_REQUESTED;
            default -> Outcome.CHANGED;
        };
    }

    /** Where an answer can be read again. */
    private record InLog(ObjectKey key, long revision, Outcome outcome) {}

    private final class Seen {
        private volatile @Nullable CompletableFuture<CommandResult> running;
        private volatile @Nullable CommandResult kept;
        private volatile @Nullable InLog inLog;

        private Seen(CompletableFuture<CommandResult> running) {
            this.running = running;
        }

        private Seen(InLog inLog) {
            this.inLog = inLog;
        }

        private void complete(@Nullable CommandResult result) {
            if (result instanceof Accepted accepted
                    && accepted.object().size() > KEPT_BYTES
                    && accepted.revision() > 0) {
                inLog = new InLog(accepted.key(), accepted.revision(), accepted.outcome());
            } else {
                kept = result;
            }
            running = null;
        }

        private @Nullable CompletableFuture<CommandResult> answer() {
            CompletableFuture<CommandResult> onItsWay = running;
            if (onItsWay != null) {
                return onItsWay;
            }
            CommandResult result = kept != null ? kept : inLog == null ? null : read(inLog);
            return result == null ? null : CompletableFuture.completedFuture(result);
        }
    }

    private @Nullable CommandResult read(InLog place) {
        List<Event> found = new ArrayList<>(1);
        log.read(place.revision() - 1, place.revision(), found::addAll);
        return found.isEmpty()
                ? null
                : new Accepted(place.key(), place.revision(), found.getFirst().object(), place.outcome(), List.of());
    }
}
