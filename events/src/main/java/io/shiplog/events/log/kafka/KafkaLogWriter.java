package io.shiplog.events.log.kafka;

import io.shiplog.events.log.Chain;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.log.EventLog.Claim;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.SignedHead;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Appends events and waits for their read-back. One decider thread appends; the producer's thread reports failures; the log's
 * reading thread passes on what it read. It dies once, and stays dead.
 */
final class KafkaLogWriter implements LogWriter {
    /**
     * Maximum events in flight; {@link #append} blocks beyond it. Also the maximum number of void records that a superseded
     * writer can leave.
     */
    static final int MOST_OUTSTANDING = 1_024;
    /** The claim is repeated so often that every window of a {@link LogWindow} has one: it contains the writer's address. */
    private static final int EVENTS_PER_CLAIM = 2 * MOST_OUTSTANDING;
    /** The first claim of an empty log has no head to sign: the first head is signed after this many events. */
    static final int EVENTS_BEFORE_FIRST_HEAD = 64;

    private final RecordCodec codec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Supplier<Optional<String>> refusal;
    private final Claim claim;
    private final String claimId;
    private final Duration readLease;
    private final String shard;
    private final Signer signer;

    private final Queue<Underway> underway = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(MOST_OUTSTANDING);
    private final AtomicReference<@Nullable RuntimeException> death = new AtomicReference<>();

    private volatile long lastRevision;
    private String chain = Chain.START;
    private int sinceClaim;
    private int untilClaim = EVENTS_PER_CLAIM;

    /** Signs a head of the log: null if this process has no key, or there is no event yet. */
    @FunctionalInterface
    interface Signer {
        @Nullable SignedHead sign(long revision, String chain);
    }

    /** An append that is not read back yet. */
    record Underway(Event event, CompletableFuture<Event> answer, long sinceNanos) {}

    KafkaLogWriter(
            String shard,
            RecordCodec codec,
            KafkaProducer<byte[], byte[]> producer,
            Supplier<Optional<String>> refusal,
            Claim claim,
            String claimId,
            Duration readLease,
            Signer signer) {
        this.shard = shard;
        this.codec = codec;
        this.producer = producer;
        this.refusal = refusal;
        this.claim = claim;
        this.claimId = claimId;
        this.readLease = readLease;
        this.signer = signer;
    }

    String claimId() {
        return claimId;
    }

    /**
     * Sends the claim; repeating it only signs a newer head.
     *
     * @param revision of an event before the claim in the log, with its link
     */
    void sendClaim(long revision, String itsChain) {
        send(codec.encode(claim, claimId, readLease, signer.sign(revision, itsChain)));
    }

    /** The claim was read back and counts: the writer continues from there. On the reading thread, before the owner has it. */
    void begin(Place behindClaim) {
        lastRevision = behindClaim.revision();
        chain = behindClaim.chain();
        untilClaim = lastRevision == 0 ? EVENTS_BEFORE_FIRST_HEAD : EVENTS_PER_CLAIM;
    }

    @Override
    public long epoch() {
        return claim.epoch();
    }

    @Override
    public long lastRevision() {
        return lastRevision;
    }

    @Override
    public CompletionStage<Event> append(EventDraft draft) {
        if (draft.revision() != lastRevision + 1) {
            throw new IllegalArgumentException(
                    "revision %d does not follow %d".formatted(draft.revision(), lastRevision));
        }
        refusal.get().ifPresent(why -> die(new LogUnavailableException(why)));
        room.acquireUninterruptibly();
        RuntimeException dead = death.get();
        if (dead != null) {
            room.release();
            return CompletableFuture.failedFuture(dead);
        }
        Event event = draft.inLog(shard, claim.epoch(), Chain.next(chain, shard, claim.epoch(), draft));
        chain = event.chain();
        lastRevision = event.revision();
        CompletableFuture<Event> answer = new CompletableFuture<>();
        underway.add(new Underway(event, answer, System.nanoTime()));
        send(codec.encode(event));
        if (++sinceClaim >= untilClaim) {
            sinceClaim = 0;
            untilClaim = EVENTS_PER_CLAIM;
            sendClaim(lastRevision, chain);
        }
        if (death.get() != null) {
            failUnderway();
        }
        return answer;
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    die(unavailable(failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            die(unavailable(e));
        }
    }

    private LogUnavailableException unavailable(Exception cause) {
        return new LogUnavailableException(
                "an append to shard %s failed: %s".formatted(shard, cause.getMessage()), cause);
    }

    /**
     * Removes and returns the event in flight for a counted record of this epoch; null if there is none. The chain
     * distinguishes it from a forged record. On the reading thread: the caller completes it when all tails have the event.
     */
    @Nullable Underway readBack(Head.OfEvent head) {
        Underway first = underway.peek();
        if (first == null
                || first.event().revision() != head.revision()
                || !first.event().chain().equals(head.chain())) {
            return null;
        }
        return underway.poll();
    }

    /** Completes the append. On the reading thread. */
    void answer(Underway appended) {
        room.release();
        appended.answer().complete(appended.event());
    }

    /** Whether an append has been in flight for too long. */
    boolean overdue(Duration limit) {
        Underway first = underway.peek();
        return first != null && System.nanoTime() - first.sinceNanos() > limit.toNanos();
    }

    /** Ends it: nothing more is sent, every outstanding append fails. */
    void die(RuntimeException why) {
        if (death.compareAndSet(null, why)) {
            // Also from within the producer's callback: then not even the next batch is sent, and the log has no gap.
            producer.close(Duration.ZERO);
            failUnderway();
        }
    }

    private void failUnderway() {
        RuntimeException why = death.get();
        Underway next = underway.poll();
        while (next != null && why != null) {
            room.release();
            next.answer().completeExceptionally(why);
            next = underway.poll();
        }
    }

    @Override
    public boolean alive() {
        return death.get() == null;
    }

    /** Fails the appends in flight. */
    @Override
    public void close() {
        die(new LogUnavailableException("the writer of shard %s, epoch %d, is closed".formatted(shard, epoch())));
    }
}
