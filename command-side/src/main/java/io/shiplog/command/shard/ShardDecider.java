package io.shiplog.command.shard;

import io.shiplog.command.shard.Deciding.Answered;
import io.shiplog.command.shard.Deciding.Moved;
import io.shiplog.command.shard.Deciding.Verdict;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.LogWriter.StaleWriterException;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard's decider. A command is proposed on the pool's threads, against the newest decided state; the decider's own thread compares, and
 * makes the proposal an event, or has it made again if the state has moved. The thread owns the writer. After a failed append it drops
 * non-durable decisions, waits for the image to reach the end of the log, and claims it again; when another writer has claimed
 * the shard it stands by until {@code lead} is called.
 */
public final class ShardDecider<P> implements CommandPort, AutoCloseable {
    /** Commands that wait to be decided or to become durable. Beyond this, clients are asked to retry. */
    public static final int MAX_ADMITTED = 8_192;

    /** How often a command is proposed on the pool, as often as Kubernetes tries a patch; then the decider's thread does it. */
    static final int MAX_ATTEMPTS = 5;

    /** The time from a command's arrival to its decision. Beyond it, the command is refused. */
    static final Duration MAX_TIME = Duration.ofSeconds(30);

    /** A proposal that took longer is not made on the decider's thread: that would delay all others. */
    static final Duration MAX_TURN = Duration.ofMillis(20);

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
    private final Deciding<P> deciding;
    private final ProposalPool pool;
    private final LongSupplier nanos;
    private final Pause pause;
    private final Duration claimTimeout;

    /** What is proposed and waits for the decider's thread; a null task in it only wakes the thread. */
    private final BlockingQueue<Ready<P>> queue = new LinkedBlockingQueue<>();

    /** The commands of an owner for an object, which are decided in order: the first is under way, these wait. */
    private final Map<Lane, Deque<Task>> lanes = new HashMap<>();

    private final AtomicInteger admitted = new AtomicInteger();
    private volatile Phase phase = Phase.STANDING_BY;
    private volatile long term;
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

    /** The commands of one sender for one object. */
    private record Lane(String owner, ObjectKey key) {}

    /** A command under way. */
    private static final class Task {
        private final CommandRequest request;
        private final long bytes;
        private final long arrived;
        private final CompletableFuture<CommandResult> answer = new CompletableFuture<>();
        private volatile long term;
        private volatile int attempts;
        /** What the last proposal took, in nanoseconds. */
        private volatile long took;

        private Task(CommandRequest request, long arrived) {
            this.request = request;
            this.arrived = arrived;
            this.bytes = bytes(request.command());
        }

        private String owner() {
            return request.actor().owner();
        }

        /** Null for a creation: nothing is sent for an object that does not exist yet. */
        private @Nullable Lane lane() {
            return request.command() instanceof Command.OfObject named ? new Lane(owner(), named.key()) : null;
        }

        private static long bytes(Command command) {
            return switch (command) {
                case Command.CreateObject create -> create.body().size();
                case Command.ReplaceObject replace -> replace.body().size();
                case Command.PatchObject patch -> patch.patch().size();
                case Command.ApplyObject apply -> apply.config().size();
                case Command.RequestToken token -> token.body().size();
                case Command.DeleteObject _, Command.EvictPod _, Command.BindPod _, Command.OpenStream _ -> 0;
            };
        }
    }

    /** A task with its proposal, or why there is none; without a task it only wakes the thread. */
    private record Ready<P>(
            @Nullable Task task,
            @Nullable P proposal,
            @Nullable Throwable thrown) {}

    /**
     * @param pool where commands are proposed
     * @param nanos a clock that never goes back, in nanoseconds
     * @param wiring creates the two steps of a write
     */
    public ShardDecider(
            String address,
            EventLog log,
            ImageSource images,
            DecidedObjects decided,
            Pause pause,
            Duration claimTimeout,
            ProposalPool pool,
            LongSupplier nanos,
            Wiring<P> wiring) {
        this.nanos = nanos;
        this.address = address;
        this.log = log;
        this.images = images;
        this.decided = decided;
        this.pause = pause;
        this.claimTimeout = claimTimeout;
        this.answered = new AnsweredCommands(log);
        this.journal = new Journal(log, decided, this::failed);
        this.pool = pool;
        this.deciding = wiring.steps(journal, answered);
        this.thread = Thread.ofPlatform().name("decide-" + log.shard()).daemon().unstarted(this::run);
    }

    /** Creates the two steps of a write, from the journal and the answered commands. */
    @FunctionalInterface
    public interface Wiring<P> {
        Deciding<P> steps(Journal journal, AnsweredCommands answered);
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
        Task task = new Task(request, nanos.getAsLong());
        if (!pool.hold(task.owner(), task.bytes)) {
            admitted.decrementAndGet();
            return CompletableFuture.completedFuture(refused(
                    Reason.TOO_MANY_REQUESTS,
                    "the command side holds too many bytes of requests, please try again later"));
        }
        if (!entered(task)) {
            answer(task, notNow());
        }
        return task.answer;
    }

    /** A task enters within a term or not at all. It is proposed at once, unless its lane has one under way. */
    private boolean entered(Task task) {
        Lane lane = task.lane();
        synchronized (this) {
            if (phase != Phase.LEADING) {
                return false;
            }
            task.term = term;
            if (lane != null) {
                Deque<Task> behind = lanes.get(lane);
                if (behind != null) {
                    behind.add(task);
                    return true;
                }
                lanes.put(lane, new ArrayDeque<>(0));
            }
        }
        pool.run(task.owner(), () -> propose(task));
        return true;
    }

    /** A task is decided or refused: the next of its lane is proposed. */
    private void leave(Task task) {
        Lane lane = task.lane();
        if (lane == null) {
            return;
        }
        Task next = following(lane);
        while (next != null && !current(next)) {
            answer(next, notNow());
            next = following(lane);
        }
        if (next != null) {
            Task first = next;
            pool.run(first.owner(), () -> propose(first));
        }
    }

    private synchronized @Nullable Task following(Lane lane) {
        Deque<Task> behind = lanes.get(lane);
        Task next = behind == null ? null : behind.poll();
        if (next == null) {
            lanes.remove(lane);
        }
        return next;
    }

    /** Whether a task belongs to the term that runs. One of a former term was proposed on a state that may never become durable. */
    private boolean current(Task task) {
        return phase == Phase.LEADING && task.term == term;
    }

    /** On the pool's threads. */
    private void propose(Task task) {
        if (!current(task)) {
            end(task, notNow());
        } else if (expired(task)) {
            ready(task, null, null);
        } else {
            proposed(task).whenComplete((proposal, thrown) -> ready(task, proposal, thrown));
        }
    }

    private CompletableFuture<P> proposed(Task task) {
        long began = nanos.getAsLong();
        CompletableFuture<P> proposal;
        try {
            proposal = deciding.propose(task.request).toCompletableFuture();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            proposal = CompletableFuture.failedFuture(e);
        }
        task.took = nanos.getAsLong() - began;
        return proposal.isDone() ? proposal : proposal.orTimeout(MAX_TIME.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean expired(Task task) {
        return nanos.getAsLong() - task.arrived > MAX_TIME.toNanos();
    }

    /** Hands a task to the decider's thread. If the term has ended, the thread may not look for it, so it is refused here. */
    private void ready(Task task, @Nullable P proposal, @Nullable Throwable thrown) {
        queue.add(new Ready<>(task, proposal, thrown));
        if (phase != Phase.LEADING && refuseQueued()) {
            wake();
        }
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
            term++;
            begun = leading;
        }
        begun.complete(null);
    }

    private void decideBatch() throws InterruptedException {
        Ready<P> ready = queue.take();
        decided.settle(log.shard());
        for (int i = 1; ready != null; i++) {
            if (failure.get() != null || !journal.alive()) {
                stepDown();
            }
            Task task = ready.task();
            if (task == null || !current(task) || log.refusal().isPresent()) {
                refuse(ready);
            } else {
                decideOne(task, ready);
            }
            ready = i < BATCH ? queue.poll() : null;
        }
    }

    private void decideOne(Task task, Ready<P> ready) {
        if (ready.proposal() == null && ready.thrown() == null || expired(task)) {
            end(task, tooLong());
            return;
        }
        CompletableFuture<? extends Verdict> verdict = verdict(ready.proposal(), ready.thrown());
        if (!moved(verdict)) {
            finish(task, verdict);
        } else if (++task.attempts < MAX_ATTEMPTS) {
            pool.run(task.owner(), () -> propose(task));
        } else if (task.took > MAX_TURN.toNanos()) {
            end(task, conflict(task));
        } else {
            decideInTurn(task);
        }
    }

    /** The decider's turn is held: nothing moves between the proposal and its decision. */
    private void decideInTurn(Task task) {
        CompletableFuture<P> proposal = proposed(task);
        CompletableFuture<? extends Verdict> verdict = proposal.isDone()
                ? verdict(
                        proposal.isCompletedExceptionally() ? null : proposal.join(),
                        proposal.isCompletedExceptionally() ? proposal.exceptionNow() : null)
                : CompletableFuture.completedFuture(new Moved());
        if (moved(verdict)) {
            end(task, conflict(task));
        } else {
            finish(task, verdict);
        }
    }

    private CompletableFuture<? extends Verdict> verdict(@Nullable P proposal, @Nullable Throwable thrown) {
        if (proposal == null) {
            return CompletableFuture.failedFuture(thrown == null ? new IllegalStateException("no proposal") : thrown);
        }
        try {
            return deciding.decide(proposal);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean moved(CompletableFuture<? extends Verdict> verdict) {
        return verdict.state() == Future.State.SUCCESS && verdict.resultNow() instanceof Moved;
    }

    private void finish(Task task, CompletableFuture<? extends Verdict> verdict) {
        leave(task);
        verdict.whenComplete((given, thrown) -> answer(
                task, thrown == null && given instanceof Answered answered ? answered.result() : unanswered(thrown)));
    }

    private void end(Task task, CommandResult result) {
        leave(task);
        answer(task, result);
    }

    private void answer(Task task, CommandResult result) {
        admitted.decrementAndGet();
        pool.release(task.owner(), task.bytes);
        task.answer.complete(result);
    }

    private static CommandResult tooLong() {
        return refused(
                Reason.TIMEOUT,
                "Timeout: request did not complete within the allotted timeout: it was not decided within %d s"
                        .formatted(MAX_TIME.toSeconds()));
    }

    private static CommandResult conflict(Task task) {
        return task.request.command() instanceof Command.OfObject named
                ? new CommandResult.Refused(Refusal.conflict(named.key(), Refusal.MODIFIED))
                : refused(
                        Reason.CONFLICT, "the objects that the request depends on change too often, please try again");
    }

    private CommandResult unanswered(@Nullable Throwable thrown) {
        Throwable cause = thrown == null ? new IllegalStateException("no answer") : root(thrown);
        if (cause instanceof TimeoutException) {
            return tooLong();
        }
        if (cause instanceof StaleWriterException || cause instanceof EventLog.LogUnavailableException) {
            return refused(
                    Reason.SERVICE_UNAVAILABLE,
                    "the log could not be written; the change may or may not have been applied");
        }
        LOG.error("a command could not be decided", cause);
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

    /** Refuses what is queued. Returns whether a wake-up was among it. */
    private boolean refuseQueued() {
        boolean woken = false;
        for (Ready<P> ready = queue.poll(); ready != null; ready = queue.poll()) {
            woken |= ready.task() == null;
            refuse(ready);
        }
        return woken;
    }

    private void refuse(Ready<P> ready) {
        if (ready.task() != null) {
            end(ready.task(), notNow());
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
        queue.add(new Ready<>(null, null, null));
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
