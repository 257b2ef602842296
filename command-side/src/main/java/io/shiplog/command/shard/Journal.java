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
 * The way from decisions into one shard of the log. Holds the writer of the current term, if there is one. Used by the
 * shard's decider thread alone.
 */
public final class Journal {
    private final EventLog log;
    private final DecidedObjects decided;
    private final Consumer<Throwable> onFailure;
    private volatile @Nullable LogWriter writer;
    private @Nullable CompletableFuture<Event> last;

    /** @param onFailure told of every append that fails, on whatever thread; it must only hand over */
    public Journal(EventLog log, DecidedObjects decided, Consumer<Throwable> onFailure) {
        this.log = log;
        this.decided = decided;
        this.onFailure = onFailure;
    }

    public EventLog log() {
        return log;
    }

    /** Begins a term. */
    void open(LogWriter next) {
        writer = next;
        last = null;
    }

    /** Ends the term: drops the writer and what it did not make durable. */
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

    /** Whether the term's writer lost the shard to a newer claim: not one that only failed. */
    boolean superseded() {
        LogWriter current = writer;
        return current != null
                && log.newestClaim()
                        .filter(claim -> claim.epoch() > current.epoch())
                        .isPresent();
    }

    /** The revision that the next event will have. */
    public long nextRevision() {
        return current().lastRevision() + 1;
    }

    /** Appends an event; completes when it is durable and read back. From now on decisions see it. */
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
                // What fails late, from a term that is over, is known already.
                if (failure != null && current == writer) {
                    onFailure.accept(failure);
                }
            });
        }
        return stage;
    }

    /**
     * Completes with a value when everything that was decided so far is durable. An answer that leaves no event of its own
     * waits so for what it was decided from, and fails with it.
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
