package io.shiplog.events.log;

import java.util.concurrent.CompletionStage;

/**
 * The right to write a shard, won by a claim. Not thread-safe: one decider thread owns it. After the first failed append the
 * writer is dead, every outstanding append fails, and its owner must drop its decisions and claim again.
 */
public interface LogWriter extends AutoCloseable {
    long epoch();

    /** The revision of the newest event, appended or read: the next draft's is one more. */
    long lastRevision();

    /**
     * Appends an event. The stage completes when the event has been read back from the log as a counted one, on the log's
     * reading thread and after all tails have received it; exceptionally with {@link EventLog.LogUnavailableException} or
     * {@link StaleWriterException}, in which case the event may or may not be in the log.
     *
     * @throws IllegalArgumentException if the draft's revision is not {@link #lastRevision()} + 1
     */
    CompletionStage<Event> append(EventDraft draft);

    /** False after a failed append or a newer claim. */
    boolean alive();

    @Override
    void close();

    /** Another writer has claimed the shard. */
    final class StaleWriterException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StaleWriterException(long ownEpoch, long newestEpoch) {
            super("writer of epoch %d was superseded by epoch %d".formatted(ownEpoch, newestEpoch));
        }
    }
}
