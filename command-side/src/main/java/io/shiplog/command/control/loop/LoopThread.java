package io.shiplog.command.control.loop;

import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageDelta;
import io.shiplog.projections.image.ImageSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that drives controllers: passes changes and answers to them, lets each do one piece of work in turn, and sleeps
 * until there is more. They work only while this process holds the right to write, and restart when it wins it. They also
 * restart when the machine's clock was set, since their delays depend on it.
 */
public final class LoopThread implements Executor, AutoCloseable {
    /** Maximum queued changes; beyond this, all restart from the image. */
    static final int MAX_WAITING_DELTAS = 10_000;
    /** How often, at least, the thread checks whether it may work. */
    static final Duration CHECK = Duration.ofMillis(250);
    /** The pause after a bug, before a restart. */
    static final Backoff AFTER_BUG = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    /** A bug that long after the one before counts as the first. */
    static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);
    /** How long one wait for the image to catch up may take; then the right to write is checked again. */
    static final Duration CATCH_UP = Duration.ofSeconds(10);
    /** How long {@link #close} waits for the thread. */
    static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    /** The deviation of the machine's clock from the elapsed time that counts as set. */
    static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingDeltas = new AtomicInteger();
    private final InstantSource clock;
    private final BooleanSupplier active;
    private final Thread thread;
    private List<Supervised> driven = List.of();
    private @Nullable ImageSource images;
    private ImageSource.@Nullable Subscription subscription;
    private Image seen = Image.EMPTY;
    private boolean working;
    private Instant lastTurn = Instant.EPOCH;
    private long lastTurnNanos;
    private volatile boolean overrun;
    private volatile boolean closed;

    /** One that is driven. A bug in it stops it alone: it starts again after a time that grows, and the others go on. */
    private final class Supervised {
        private final Driven driven;
        private int failures;
        private Instant failedAt = Instant.EPOCH;
        private @Nullable Instant restartAt;

        Supervised(Driven driven) {
            this.driven = driven;
        }

        void restart() {
            restartAt = null;
            run(driven::restart);
        }

        void stop() {
            restartAt = null;
            run(driven::stop);
        }

        boolean advance() {
            if (restartAt != null && !restartAt.isAfter(clock.instant())) {
                restart();
            }
            boolean[] any = {false};
            run(() -> any[0] = driven.advance());
            return any[0];
        }

        @Nullable Instant nextAppointment() {
            return restartAt != null ? restartAt : driven.nextAppointment();
        }

        void run(Runnable work) {
            if (restartAt != null) {
                return;
            }
            try {
                work.run();
            } catch (RuntimeException | StackOverflowError e) {
                Instant now = clock.instant();
                failures = failedAt.plus(FORGIVEN_AFTER).isBefore(now) ? 1 : failures + 1;
                failedAt = now;
                restartAt = now.plus(AFTER_BUG.after(failures));
                LOG.error("{}: {} failed and restarts at {}", thread.getName(), driven, restartAt, e);
            }
        }
    }

    /** @param active whether this process may write now; cheap, called often */
    public LoopThread(String name, InstantSource clock, BooleanSupplier active) {
        this.clock = clock;
        this.active = active;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /** Starts driving. Call it once. */
    public void start(ImageSource source, List<? extends Driven> all) {
        driven = all.stream().map(Supervised::new).toList();
        images = source;
        subscription = source.subscribe(this::onDelta);
        thread.start();
    }

    private void onDelta(ImageDelta delta, Image image) {
        if (waitingDeltas.get() >= MAX_WAITING_DELTAS) {
            overrun = true;
            return;
        }
        waitingDeltas.incrementAndGet();
        inbox.add(() -> {
            waitingDeltas.decrementAndGet();
            if (working) {
                seen = newer(image);
                driven.forEach(each -> each.run(() -> each.driven.observe(delta)));
            }
        });
    }

    /** After a restart, changes that it already contains may follow. */
    private Image newer(Image image) {
        boolean older = seen.revisions().entrySet().stream()
                .anyMatch(shard -> image.revision(shard.getKey()) < shard.getValue());
        return older ? seen : image;
    }

    /**
     * The image with the changes that were passed on: a plan on a newer one would not know why it is made. For use on this
     * thread.
     */
    public Image image() {
        return seen;
    }

    @Override
    public void execute(Runnable answer) {
        inbox.add(answer);
    }

    private void run() {
        while (!closed) {
            try {
                turn();
            } catch (InterruptedException e) {
                return; // Closed.
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error("{} failed and restarts", thread.getName(), e);
                rest();
                working = false;
            }
        }
    }

    private void turn() throws InterruptedException {
        boolean mayWork = active.getAsBoolean();
        if (clockWasSet()) {
            overrun = true;
        }
        if (mayWork != working || overrun) {
            overrun = false;
            working = mayWork && caughtUp();
            seen = Objects.requireNonNull(images, "start comes first").current();
            driven.forEach(working ? Supervised::restart : Supervised::stop);
        }
        Runnable next = inbox.poll();
        while (next != null) {
            next.run();
            next = inbox.poll();
        }
        boolean any = false;
        if (working) {
            for (Supervised each : driven) {
                any |= each.advance();
            }
        }
        if (!any) {
            Runnable woken = inbox.poll(untilNext().toMillis(), TimeUnit.MILLISECONDS);
            if (woken != null) {
                woken.run();
            }
        }
    }

    private boolean clockWasSet() {
        Instant now = clock.instant();
        long nanos = System.nanoTime();
        Duration off = Duration.between(lastTurn, now)
                .minusNanos(nanos - lastTurnNanos)
                .abs();
        boolean isFirst = lastTurn.equals(Instant.EPOCH);
        lastTurn = now;
        lastTurnNanos = nanos;
        if (isFirst || off.compareTo(CLOCK_STEP) < 0) {
            return false;
        }
        LOG.warn("{}: the machine's clock was set by {}; restarting", thread.getName(), off);
        return true;
    }

    /** Whether the image contains everything written before the right to write was won: another process may have sent it. */
    private boolean caughtUp() throws InterruptedException {
        ImageSource source = Objects.requireNonNull(images, "start comes first");
        try {
            for (String shard : source.current().revisions().keySet()) {
                source.newest(shard).toCompletableFuture().get(CATCH_UP.toMillis(), TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("{} waits for the image: {}", thread.getName(), e.toString());
            return false;
        }
    }

    private Duration untilNext() {
        Duration wait = CHECK;
        if (working) {
            Instant now = clock.instant();
            for (Supervised each : driven) {
                Instant at = each.nextAppointment();
                if (at != null && at.isBefore(now.plus(wait))) {
                    wait = at.isAfter(now) ? Duration.between(now, at).plusMillis(1) : Duration.ZERO;
                }
            }
        }
        return wait;
    }

    private void rest() {
        try {
            Thread.sleep(AFTER_BUG.first());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.close();
        }
        thread.interrupt();
        try {
            thread.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
