package io.shiplog.events.log;

import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One shard of the log: a dense sequence of events with one writer at a time. Readers see only counted events; every reader
 * skips void records (from a stale writer, or out of sequence).
 *
 * <p>Shard names are short ({@code events}, {@code leases}, {@code happenings}); the topic is {@code <cluster>.<shard>}.
 */
public interface EventLog extends AutoCloseable {
    /** {@code events}, {@code leases} or {@code happenings}. */
    String shard();

    /**
     * The revision of the newest counted event at some moment after the call: a reader that has seen it has seen every write
     * that was acknowledged before the call. 0 for an empty log.
     */
    CompletionStage<Long> end();

    /** The oldest revision that can still be read; 1 unless the log was truncated. */
    long oldest();

    /**
     * Reads the counted events after {@code after} up to and including {@code upTo}, in order, in batches on the caller's
     * thread.
     *
     * @return the last revision read
     * @throws CutLogException if {@code after + 1} is older than {@link #oldest()}
     * @throws LogUnavailableException if the log cannot be reached
     */
    long read(long after, long upTo, BatchReader reader);

    /**
     * The same for objects of one type: other events are skipped, and need not be decoded.
     *
     * @return the last revision read, whatever its object
     */
    default long read(long after, long upTo, ResourceType type, BatchReader reader) {
        return read(after, upTo, batch -> {
            List<Event> ofType = batch.stream()
                    .filter(event -> event.key().type().equals(type))
                    .toList();
            if (!ofType.isEmpty()) {
                reader.onEvents(ofType);
            }
        });
    }

    /**
     * Follows the log: every counted event after {@code after}, in order, then each new one as it becomes durable. All tails
     * of one EventLog that have caught up share one reading thread; a batch is handed over once.
     */
    Tail tail(long after, BatchReader reader);

    /**
     * The position of a counted event's record, for direct reads; empty for a future revision, and for a log without a broker.
     *
     * @throws CutLogException if the revision is older than {@link #oldest()}
     * @throws LogUnavailableException if the log cannot be reached
     */
    Optional<RecordPosition> position(long revision);

    /**
     * Claims the shard for writing: appends a claim with the epoch after the highest one seen and waits until it and everything
     * before it is read back.
     *
     * @param address where this writer accepts commands, {@code host:port}; empty within one process
     * @throws LogUnavailableException if that does not succeed within {@code timeout}
     */
    LogWriter claim(String address, Duration timeout);

    /**
     * Why nothing can be appended now, in a message for users, for example because no space is left; empty if appending is
     * possible. Check it before an append: a refused append ends the writer. Cheap enough for every command.
     */
    Optional<String> refusal();

    /**
     * The number of records of the shard's topic that this process has skipped because they are foreign, do not follow in the
     * hash chain, or cannot be decoded. If it is not 0, run {@code ./shiplog verify}.
     */
    default long rejected() {
        return 0;
    }

    /** The newest claim, if there is any. */
    Optional<Claim> newestClaim();

    @Override
    void close();

    /** Receives events. Must not block for long, and must not throw. */
    @FunctionalInterface
    interface BatchReader {
        void onEvents(List<Event> batch);

        /** A head signed by a writer, after the events up to it. {@link EventLog#read} passes them on, tails do not. */
        default void onHead(SignedHead head) {}
    }

    /** A running tail; {@link #close} ends it. */
    interface Tail extends AutoCloseable {
        @Override
        void close();
    }

    /** The writer of a shard. */
    record Claim(long epoch, String address, Instant time) {}

    /** The log no longer holds the requested events. */
    final class CutLogException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final long oldest;

        public CutLogException(long asked, long oldest) {
            super("revision %d is no longer in the log, the oldest is %d".formatted(asked, oldest));
            this.oldest = oldest;
        }

        public long oldest() {
            return oldest;
        }
    }

    /** The log cannot be read or written now. */
    final class LogUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LogUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }

        public LogUnavailableException(String message) {
            super(message);
        }
    }
}
