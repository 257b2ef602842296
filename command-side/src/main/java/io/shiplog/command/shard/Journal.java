package io.shiplog.command.shard;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogWriter;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The path from decisions into one shard of the log. Holds the writer of the current term, if there is one. Used only by the
 * shard's decider thread.
 */
public final class Journal {
    private final EventLog log;
    private final DecidedObjects decided;
    private final Consumer<Throwable> onFailure;
    private volatile @Nullable LogWriter writer;
    private @Nullable CompletableFuture<Event> last;

    /** @param onFailure called for every failed append, on any thread; it must only hand over */
    public Journal(EventLog log, DecidedObjects decided, Consumer<Throwable> onFailure) {
        this.log = log;
        this.decided = decided;
        this.onFailure = onFailure;
    }

    public EventLog log() {
        return log;
    }

    /** Starts a term. */
    void open(LogWriter next) {
        writer = next;
        last = null;
    }

    /** Ends the term: drops the writer and its non-durable decisions. */
    void close() {
        LogWriter old = writer;
        writer = null;
        if (old != null) {
            old.close();
        }
        decided.forget(log.shard());
    }

    boolean alive() {
        LogWriter current = writer;
        return current != null && current.alive();
    }

    /** Whether the term's writer lost the shard to a newer claim, rather than failing. */
    boolean superseded() {
        LogWriter current = writer;
        return current != null
                && log.newestClaim()
                        .filter(claim -> claim.epoch() > current.epoch())
                        .isPresent();
    }

    /** The revision of the next event. */
    public long nextRevision() {
        return current().lastRevision() + 1;
    }

    /** Appends an event; completes when it is durable and read back. Decisions see it from now on. */
    public CompletableFuture<Event> append(EventDraft draft) {
        LogWriter current = current();
        decided.decided(log.shard(), draft);
        CompletableFuture<Event> stage;
        try {
            stage = current.append(draft).toCompletableFuture();
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        last = stage;
        if (!stage.isDone() || stage.isCompletedExceptionally()) {
            stage.whenComplete((event, failure) -> {
                // A late failure of a former term is already handled.
                if (failure != null && current == writer) {
                    onFailure.accept(failure);
                }
            });
        }
        return stage;
    }

    /**
     * Completes with a value when all decisions so far are durable. An answer without its own event waits this way for the
     * state that it is based on, and fails with it.
     */
    public <T> CompletableFuture<T> whenDurable(T value) {
        CompletableFuture<Event> newest = last;
        return newest == null ? CompletableFuture.completedFuture(value) : newest.thenApply(_ -> value);
    }

    private LogWriter current() {
        LogWriter current = writer;
        if (current == null) {
            throw new LogUnavailableException("this command side does not write the shard " + log.shard());
        }
        return current;
    }
}
