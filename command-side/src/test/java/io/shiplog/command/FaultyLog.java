package io.shiplog.command;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.ForwardingLog;
import io.shiplog.events.log.LogWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A log with injectable failures and delays, as of a slow disk. */
final class FaultyLog extends ForwardingLog {
    /** What the log does with an append. */
    enum Mode {
        WORKING,
        /** The append is lost. */
        LOSING,
        /** The append is in the log, but its writer gets a failure. */
        FAILING_AFTERWARDS,
        /** The append waits until {@link #release}. */
        WAITING
    }

    private final List<Runnable> waiting = new ArrayList<>();
    private final AtomicInteger claims = new AtomicInteger();
    private final AtomicInteger claimsToFail = new AtomicInteger();
    private volatile Mode mode = Mode.WORKING;
    private volatile @Nullable Writer newest;
    private volatile Optional<String> refusal = Optional.empty();

    FaultyLog(EventLog log) {
        super(log);
    }

    void mode(Mode next) {
        mode = next;
    }

    /** The newest writer dies silently, with no append in flight. */
    void killWriter() {
        Writer writer = newest;
        if (writer != null) {
            writer.dead = true;
        }
    }

    /** From now on says why nothing can be appended, or nothing. */
    void refuse(Optional<String> why) {
        refusal = why;
    }

    /** Lets the next claims fail. */
    void failClaims(int count) {
        claimsToFail.set(count);
    }

    int claims() {
        return claims.get();
    }

    /** Carries out the appends that wait. */
    void release() {
        mode = Mode.WORKING;
        List<Runnable> all;
        synchronized (waiting) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Fails the appends that wait, as a log that became unavailable does. */
    int waitingAppends() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    @Override
    public Optional<String> refusal() {
        return refusal;
    }

    @Override
    public LogWriter claim(String address, Duration timeout) {
        claims.incrementAndGet();
        if (claimsToFail.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new LogUnavailableException("no broker");
        }
        Writer writer = new Writer(super.claim(address, timeout));
        newest = writer;
        return writer;
    }

    private final class Writer implements LogWriter {
        private final LogWriter writer;
        private volatile boolean dead;
        private long last;

        private Writer(LogWriter writer) {
            this.writer = writer;
            this.last = writer.lastRevision();
        }

        @Override
        public long epoch() {
            return writer.epoch();
        }

        @Override
        public long lastRevision() {
            return last;
        }

        @Override
        public CompletionStage<Event> append(EventDraft draft) {
            if (dead) {
                return CompletableFuture.failedFuture(new LogUnavailableException("the writer is dead"));
            }
            last = draft.revision();
            return switch (mode) {
                case WORKING -> writer.append(draft);
                case LOSING -> failed();
                case FAILING_AFTERWARDS -> {
                    CompletableFuture<Event> inLog = writer.append(draft).toCompletableFuture();
                    yield inLog.thenCompose(event -> failed());
                }
                case WAITING -> {
                    CompletableFuture<Event> later = new CompletableFuture<>();
                    synchronized (waiting) {
                        waiting.add(() -> writer.append(draft).whenComplete((event, failure) -> {
                            if (failure == null) {
                                later.complete(event);
                            } else {
                                later.completeExceptionally(failure);
                            }
                        }));
                    }
                    yield later;
                }
            };
        }

        private CompletableFuture<Event> failed() {
            dead = true;
            return CompletableFuture.failedFuture(new LogUnavailableException("disk full"));
        }

        @Override
        public boolean alive() {
            return !dead && writer.alive();
        }

        @Override
        public void close() {
            dead = true;
            writer.close();
        }
    }
}
