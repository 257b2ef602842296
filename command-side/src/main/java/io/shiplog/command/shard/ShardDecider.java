package io.shiplog.command.shard;

import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.LogWriter.StaleWriterException;
import io.shiplog.projections.ImageSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's decider: a queue that users share, the thread that drains it, and the writer owned by the thread. After a failed append it drops
 * non-durable decisions, waits for the image to reach the end of the log, and claims it again; when another writer has claimed
 * the shard it stands by until {@code lead} is called.
 */
public final class ShardDecider implements CommandPort, AutoCloseable {
    /** Commands that wait to be decided or to become durable. Beyond this, clients are asked to retry. */
    public static final int MAX_ADMITTED = 8_192;

    private static final int BATCH = 256;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ShardDecider.class);

    private final String address;
    private final EventLog log;
    private final ImageSource images;
    private final DecidedObjects decided;
    private final AnsweredCommands answered;
    private final Journal journal;
    private final Function<CommandRequest, CompletableFuture<CommandResult>> decide;
    private final Pause pause;
    private final Duration claimTimeout;

    /** The tasks that only wake the thread. */
    private static final String NO_OWNER = "";

    private final FairQueue<Task> queue = new FairQueue<>(MAX_ADMITTED + 1, System::nanoTime);
    private final AtomicInteger admitted = new AtomicInteger();
    private volatile Phase phase = Phase.STANDING_BY;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private CompletableFuture<Void> leading = new CompletableFuture<>();

    /** The lead was requested when the last term was over, but had not ended yet. */
    private boolean wanted;

    /** The state of a decider. */
    private enum Phase {
        STANDING_BY,
        CLAIMING,
        LEADING,
        CLOSED
    }

    /** A waiting command. The one without a request only wakes the thread. */
    private record Task(@Nullable CommandRequest request, CompletableFuture<CommandResult> answer) {}

    /**
     * @param decide called only on the decider's thread; completes when the answer is durable
     * @param journals creates the journal with its failure callback
     */
    public ShardDecider(
            String address,
            EventLog log,
            ImageSource images,
            DecidedObjects decided,
            Pause pause,
            Duration claimTimeout,
            Wiring decide) {
        this.address = address;
        this.log = log;
        this.images = images;
        this.decided = decided;
        this.pause = pause;
        this.claimTimeout = claimTimeout;
        this.answered = new AnsweredCommands(log);
        this.journal = new Journal(log, decided, this::failed);
        this.decide = decide.handler(journal, answered);
        this.thread = Thread.ofPlatform().name("decide-" + log.shard()).daemon().unstarted(this::run);
    }

    /** Creates the function that decides, from the journal and the answered commands. */
    @FunctionalInterface
    public interface Wiring {
        Function<CommandRequest, CompletableFuture<CommandResult>> handler(Journal journal, AnsweredCommands answered);
    }

    /** Starts the thread; it stands by. */
    public void start() {
        thread.start();
    }

    /**
     * Claims the shard, and retries after failures, until another writer does. Completes when commands are decided, in a term
     * that has not failed at the moment of the call.
     */
    public CompletionStage<Void> lead() {
        CompletableFuture<Void> next;
        synchronized (this) {
            if (leads()) {
                return leading;
            }
            wanted = true;
            next = renewed();
            move(Phase.STANDING_BY, Phase.CLAIMING);
        }
        wake();
        return next;
    }

    private synchronized CompletableFuture<Void> renewed() {
        if (leading.isDone()) {
            leading = new CompletableFuture<>();
        }
        return leading;
    }

    /** Whether commands are decided here. */
    public boolean leads() {
        return phase == Phase.LEADING && failure.get() == null && journal.alive();
    }

    @Override
    public CompletionStage<CommandResult> send(CommandRequest request) {
        if (admitted.incrementAndGet() > MAX_ADMITTED) {
            admitted.decrementAndGet();
            return CompletableFuture.completedFuture(refused(
                    Reason.TOO_MANY_REQUESTS,
                    "the command side has too many requests to decide, please try again later"));
        }
        Task task = new Task(request, new CompletableFuture<>());
        if (!queued(request.actor().owner(), task)) {
            refuse(task);
        }
        return task.answer();
    }

    /** A task is queued within a term or not at all: ending a term empties the queue afterwards, and misses none. */
    private synchronized boolean queued(String owner, Task task) {
        return phase == Phase.LEADING && queue.offer(owner, task);
    }

    private void run() {
        Duration wait = FIRST_PAUSE;
        while (phase != Phase.CLOSED) {
            try {
                switch (phase) {
                    case STANDING_BY -> takeAndRefuse();
                    case CLAIMING -> {
                        refuseQueued();
                        wait = claimed() ? FIRST_PAUSE : pauseAfterFailure(wait);
                    }
                    case LEADING -> decideBatch();
                    case CLOSED -> {}
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                LOG.error("deciding for the shard {} failed", log.shard(), e);
                failed(e);
                stepDown();
            }
        }
        end();
        journal.close();
        refuseQueued();
    }

    private void takeAndRefuse() throws InterruptedException {
        refuse(queue.take());
        refuseQueued();
    }

    private Duration pauseAfterFailure(Duration wait) throws InterruptedException {
        refuseQueued();
        pause.pause(wait);
        Duration next = wait.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    /** Claims, and waits until the image contains everything written before. */
    private boolean claimed() throws InterruptedException {
        try {
            LogWriter writer = log.claim(address, claimTimeout);
            long last = writer.lastRevision();
            images.atLeast(log.shard(), last).toCompletableFuture().get(claimTimeout.toMillis(), TimeUnit.MILLISECONDS);
            answered.rebuild(last);
            failure.set(null);
            journal.open(writer);
            begin();
            LOG.info("writes the shard {} from revision {} on, epoch {}", log.shard(), last + 1, writer.epoch());
            return true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warn("cannot claim the shard {} yet: {}", log.shard(), e.toString());
            return false;
        }
    }

    private void begin() {
        CompletableFuture<Void> begun;
        synchronized (this) {
            if (!move(Phase.CLAIMING, Phase.LEADING)) {
                return;
            }
            wanted = false;
            begun = leading;
        }
        begun.complete(null);
    }

    private void decideBatch() throws InterruptedException {
        Task task = queue.take();
        decided.settle(log.shard());
        for (int i = 1; task != null; i++) {
            if (failure.get() != null || !journal.alive()) {
                stepDown();
            }
            if (phase != Phase.LEADING || log.refusal().isPresent()) {
                refuse(task);
            } else if (task.request() != null) {
                decideOne(task, task.request());
            }
            task = i < BATCH ? queue.poll() : null;
        }
    }

    private void decideOne(Task task, CommandRequest request) {
        CompletableFuture<CommandResult> result;
        try {
            result = decide.apply(request);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete((answer, thrown) -> {
            admitted.decrementAndGet();
            task.answer().complete(thrown == null ? answer : unanswered(thrown));
        });
    }

    private CommandResult unanswered(Throwable thrown) {
        Throwable cause = root(thrown);
        if (cause instanceof StaleWriterException || cause instanceof EventLog.LogUnavailableException) {
            return refused(
                    Reason.SERVICE_UNAVAILABLE,
                    "the log could not be written; the change may or may not have been applied");
        }
        LOG.error("a command could not be decided", thrown);
        return refused(Reason.INTERNAL_ERROR, "the command could not be decided: an internal error occurred");
    }

    private static Throwable root(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && !(cause instanceof EventLog.LogUnavailableException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** An append failed, or a decision threw: the term is over. May be called on any thread. */
    private void failed(Throwable thrown) {
        failure.compareAndSet(null, root(thrown));
        wake();
    }

    private void stepDown() {
        // A writer may be dead before the reason is known: only a newer claim proves that another one has the shard.
        boolean superseded = failure.get() instanceof StaleWriterException || journal.superseded();
        journal.close();
        if (superseded) {
            LOG.info("stands by: another command side writes the shard {}", log.shard());
        } else {
            LOG.warn(
                    "the log of the shard {} failed, claiming it again: {}",
                    log.shard(),
                    String.valueOf(failure.get()));
        }
        synchronized (this) {
            renewed();
            move(Phase.LEADING, superseded && !wanted ? Phase.STANDING_BY : Phase.CLAIMING);
        }
    }

    private void refuseQueued() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            refuse(task);
        }
    }

    private void refuse(Task task) {
        if (task.request() != null) {
            admitted.decrementAndGet();
            task.answer().complete(notNow());
        }
    }

    private synchronized boolean move(Phase from, Phase to) {
        if (phase != from) {
            return false;
        }
        phase = to;
        return true;
    }

    private void end() {
        CompletableFuture<Void> never;
        synchronized (this) {
            phase = Phase.CLOSED;
            never = renewed();
        }
        never.completeExceptionally(
                new IllegalStateException("the decider of the shard " + log.shard() + " is closed"));
    }

    private void wake() {
        // A full queue needs no wake-up.
        boolean woken = queue.offer(NO_OWNER, new Task(null, new CompletableFuture<>()));
        LOG.trace("woken: {}", woken);
    }

    private CommandResult notNow() {
        String why = log.refusal().orElse("this command side does not write the log at the moment");
        return refused(Reason.SERVICE_UNAVAILABLE, why + "; the change was not applied");
    }

    private static CommandResult refused(Reason reason, String message) {
        return new CommandResult.Refused(new Refusal(reason, message, null, null, List.of(), RETRY_AFTER_SECONDS));
    }

    /** Stops deciding. Waiting commands are refused. */
    @Override
    public void close() {
        end();
        wake();
        try {
            thread.join(claimTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
