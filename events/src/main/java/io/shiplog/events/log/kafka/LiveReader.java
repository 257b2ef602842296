package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog.BatchReader;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.EventLog.Tail;
import io.shiplog.events.log.LogWriter.StaleWriterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only reading thread of a shard: reads at the log's end, passes each poll's events to all tails that have caught up, then
 * completes the appends that it read back, then releases the waiters for a position. In this order, so that after an answer the
 * event is in every image.
 */
final class LiveReader implements AutoCloseable, Sequencer.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(LiveReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(500);
    /** In addition to the append timeout: the deadline for the read-back. */
    private static final Duration READ_BACK = Duration.ofSeconds(10);

    private final String shard;
    private final PartitionReader reader;
    private final Sequencer sequencer;
    private final PlaceIndex index;
    private final KafkaLogConfig config;
    private final @Nullable Cutter cutter;
    private final Thread thread;

    private final AtomicReference<@Nullable ClaimWaiter> claimWaiter = new AtomicReference<>();
    private volatile @Nullable KafkaLogWriter writer;
    private volatile Place place;
    private volatile Head.@Nullable OfClaim newestClaim;
    /** Until then, by {@link System#nanoTime}, a former writer elsewhere may still answer reads from its memory. */
    private volatile long quietUntilNanos = System.nanoTime();

    private volatile @Nullable RuntimeException broken;
    private volatile boolean closed;

    private final Object lock = new Object();
    private List<Follower> followers = List.of();
    private final List<PositionWaiter> waiters = new ArrayList<>();
    private final List<ReadBack> readBack = new ArrayList<>();

    private record Follower(long after, BatchReader reader) {}

    private record PositionWaiter(long offset, CompletableFuture<Place> reached, long sinceNanos) {}

    private record ReadBack(KafkaLogWriter by, KafkaLogWriter.Underway appended) {}

    /** A waiter for its own claim. */
    private record ClaimWaiter(KafkaLogWriter claimant, CompletableFuture<Boolean> counts) {}

    LiveReader(
            String shard,
            KafkaLogConfig config,
            RecordCodec codec,
            Quarantine quarantine,
            PartitionReader reader,
            PlaceIndex index,
            RevisionSearch.Start start,
            @Nullable Cutter cutter) {
        this.shard = shard;
        this.config = config;
        this.reader = reader;
        this.index = index;
        this.place = start.place();
        this.newestClaim = start.claim().orElse(null);
        this.cutter = cutter;
        this.sequencer = new Sequencer(codec, quarantine, start.place(), this);
        reader.seek(start.place().offset());
        this.thread = Thread.ofPlatform().daemon().name("log-" + shard).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The position of this process. */
    Place place() {
        return place;
    }

    Optional<Claim> newestClaim() {
        return Optional.ofNullable(newestClaim).map(Head.OfClaim::claim);
    }

    /** The writer of this process, if the newest claim is its own and it is alive. */
    @Nullable KafkaLogWriter liveWriter() {
        KafkaLogWriter current = writer;
        return current != null && current.alive() && current.epoch() == place.epoch() ? current : null;
    }

    /** How long a new writer must still stay silent. */
    Duration quiet() {
        return Duration.ofNanos(Math.max(0, quietUntilNanos - System.nanoTime()));
    }

    /** Completes with true when the claim was read back and counts, with false if another one was faster. */
    CompletableFuture<Boolean> awaitClaim(KafkaLogWriter claimant) {
        CompletableFuture<Boolean> counts = new CompletableFuture<>();
        claimWaiter.set(new ClaimWaiter(claimant, counts));
        return counts;
    }

    /** Completes when everything below an offset has been read, with a position at or after it. */
    CompletableFuture<Place> passed(long offset) {
        synchronized (lock) {
            RuntimeException why = broken;
            if (why != null) {
                return CompletableFuture.failedFuture(why);
            }
            if (place.offset() >= offset) {
                return CompletableFuture.completedFuture(place);
            }
            PositionWaiter waiter = new PositionWaiter(offset, new CompletableFuture<>(), System.nanoTime());
            waiters.add(waiter);
            return waiter.reached();
        }
    }

    /** Lets a tail follow if it has everything that this thread has passed on; empty if it must read on by itself first. */
    Optional<Tail> join(long after, BatchReader batches) {
        Follower follower = new Follower(after, batches);
        synchronized (lock) {
            if (after < place.revision()) {
                return Optional.empty();
            }
            followers = with(follower);
        }
        return Optional.of(() -> {
            synchronized (lock) {
                followers = followers.stream().filter(f -> f != follower).toList();
            }
        });
    }

    private List<Follower> with(Follower follower) {
        List<Follower> more = new ArrayList<>(followers);
        more.add(follower);
        return List.copyOf(more);
    }

    private void run() {
        try (reader) {
            while (!closed && broken == null) {
                step();
            }
        } catch (RuntimeException e) {
            broken = e;
        }
        RuntimeException why = broken == null ? new LogUnavailableException("the log is closed") : broken;
        end(why);
    }

    private void step() {
        try {
            accept(reader.poll(POLL), reader.position());
        } catch (WakeupException e) {
            LOG.debug("shard {}: the log is being closed", shard);
        } catch (InvalidOffsetException e) {
            broken = new LogUnavailableException(
                    "shard %s: Kafka no longer has offset %d, which was the next to read: the topic was truncated, recreated, or lost"
                            .formatted(shard, place.offset()),
                    e);
            LOG.error("{}", broken.getMessage());
        } catch (InterruptException e) {
            closed = true;
        } catch (KafkaException e) {
            pauseAfter(e);
        }
        overdue();
        if (cutter != null && liveWriter() != null) {
            cutter.cutIfDue(place);
        }
    }

    private void pauseAfter(KafkaException e) {
        if (!(e instanceof RetriableException)) {
            LOG.warn("shard {} cannot be read now: {}", shard, e.getMessage());
        }
        try {
            Thread.sleep(PAUSE_AFTER_ERROR);
        } catch (InterruptedException interrupted) {
            closed = true;
        }
    }

    private void accept(List<ConsumerRecord<byte[], byte[]>> records, long position) {
        List<Event> batch = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Event event = sequencer.next(record);
            if (event != null) {
                batch.add(event);
            }
        }
        sequencer.passed(position);
        Place now = sequencer.place();
        if (now.equals(place)) {
            return;
        }
        List<Follower> targets;
        synchronized (lock) {
            place = now;
            targets = followers;
        }
        index.note(now);
        handOver(targets, List.copyOf(batch));
        answer();
        letGo(now);
    }

    private static void handOver(List<Follower> targets, List<Event> batch) {
        if (batch.isEmpty()) {
            return;
        }
        for (Follower follower : targets) {
            List<Event> unseen = batch.getFirst().revision() > follower.after()
                    ? batch
                    : batch.stream()
                            .filter(e -> e.revision() > follower.after())
                            .toList();
            if (!unseen.isEmpty()) {
                hand(follower.reader(), unseen);
            }
        }
    }

    /** An exception of a tail is its owner's bug; the others must not suffer. */
    static void hand(BatchReader reader, List<Event> batch) {
        try {
            reader.onEvents(batch);
        } catch (RuntimeException e) {
            LOG.error("a tail failed at revision {}", batch.getFirst().revision(), e);
        }
    }

    private void answer() {
        readBack.forEach(one -> one.by().answer(one.appended()));
        readBack.clear();
    }

    private void letGo(Place now) {
        List<PositionWaiter> reached = new ArrayList<>();
        synchronized (lock) {
            for (Iterator<PositionWaiter> all = waiters.iterator(); all.hasNext(); ) {
                PositionWaiter waiter = all.next();
                if (waiter.offset() <= now.offset()) {
                    reached.add(waiter);
                    all.remove();
                }
            }
        }
        reached.forEach(waiter -> waiter.reached().complete(now));
    }

    @Override
    public @Nullable Event written(Head.OfEvent head) {
        KafkaLogWriter current = writer;
        if (current == null || current.epoch() != head.epoch()) {
            return null;
        }
        KafkaLogWriter.Underway appended = current.readBack(head);
        if (appended == null) {
            return null;
        }
        readBack.add(new ReadBack(current, appended));
        return appended.event();
    }

    /** A foreign record has this writer's epoch: the writer is out of sync permanently, and nothing it appends will count. */
    @Override
    public void onVoid(Head.OfEvent head) {
        KafkaLogWriter current = writer;
        if (current != null && current.epoch() == head.epoch() && current.alive()) {
            current.die(new LogUnavailableException("shard %s: revision %d of epoch %d does not count in the log"
                    .formatted(shard, head.revision(), head.epoch())));
        }
    }

    @Override
    public void onClaim(Head.OfClaim read, boolean counts, Place behind) {
        KafkaLogWriter former = writer;
        if (counts) {
            beQuiet(former, behind);
        }
        if (counts || (newestClaim == null && read.claim().epoch() == behind.epoch())) {
            newestClaim = read;
        }
        tellClaimant(read, counts, behind);
        if (counts && former != null) {
            // Its appends before this claim have been read back: only void records are left to fail.
            former.die(new StaleWriterException(former.epoch(), behind.epoch()));
        }
    }

    /** A former writer in another process may not have read this claim yet, and answers reads until its lease is over. */
    private void beQuiet(@Nullable KafkaLogWriter former, Place behind) {
        Head.OfClaim before = newestClaim;
        boolean first = behind.epoch() == 1;
        boolean own = former != null && before != null && before.id().equals(former.claimId());
        if (first || own) {
            return;
        }
        Duration lease = before != null && before.readLease().compareTo(config.readLease()) > 0
                ? before.readLease()
                : config.readLease();
        quietUntilNanos = Math.max(quietUntilNanos, System.nanoTime() + lease.toNanos());
    }

    private void tellClaimant(Head.OfClaim read, boolean counts, Place behind) {
        ClaimWaiter waiter = claimWaiter.get();
        if (waiter == null
                || !waiter.claimant().claimId().equals(read.id())
                || !claimWaiter.compareAndSet(waiter, null)) {
            return;
        }
        if (counts) {
            waiter.claimant().begin(behind);
            writer = waiter.claimant();
        }
        waiter.counts().complete(counts);
    }

    private void overdue() {
        KafkaLogWriter current = writer;
        if (current != null && current.overdue(config.deliveryTimeout().plus(READ_BACK))) {
            current.die(new LogUnavailableException("shard %s: an append was not read back in time".formatted(shard)));
        }
        List<PositionWaiter> late = new ArrayList<>();
        synchronized (lock) {
            long now = System.nanoTime();
            for (Iterator<PositionWaiter> all = waiters.iterator(); all.hasNext(); ) {
                PositionWaiter waiter = all.next();
                if (now - waiter.sinceNanos() > READ_BACK.toNanos()) {
                    late.add(waiter);
                    all.remove();
                }
            }
        }
        for (PositionWaiter waiter : late) {
            waiter.reached()
                    .completeExceptionally(
                            new LogUnavailableException("shard %s: its end at offset %d could not be read in time"
                                    .formatted(shard, waiter.offset())));
        }
    }

    private void end(RuntimeException why) {
        broken = why;
        KafkaLogWriter current = writer;
        if (current != null) {
            current.die(why);
        }
        List<PositionWaiter> all;
        synchronized (lock) {
            all = List.copyOf(waiters);
            waiters.clear();
        }
        all.forEach(waiter -> waiter.reached().completeExceptionally(why));
        ClaimWaiter waiter = claimWaiter.getAndSet(null);
        if (waiter != null) {
            waiter.counts().completeExceptionally(why);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Throws the permanent failure of the log, if there is one. */
    void check() {
        RuntimeException why = broken;
        if (why != null) {
            throw new LogUnavailableException(String.valueOf(why.getMessage()), why);
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
