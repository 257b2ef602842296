package io.shiplog.events.log;

import java.util.List;

/**
 * Writes a shard's past into another log: its events keep revision, epoch, time and link, so that the copy is, event by event, the same
 * past. Nobody may write the log meanwhile. Not thread-safe.
 */
public interface LogCopy extends AutoCloseable {
    /** The revision of the newest event, written or found there; 0 if there is none. */
    long revision();

    /** The link of that event in the hash chain. */
    String chain();

    /**
     * Writes events that follow. The first ones of an empty log may begin above revision 1, where the log that they come from was
     * cut: their copy then is a log that was cut there.
     *
     * @throws BrokenChainException if an event does not continue the one before; those before it are written
     * @throws EventLog.LogUnavailableException if they cannot be written
     */
    void write(List<Event> events);

    /**
     * Takes a signed head along, behind the event that it is of.
     *
     * @throws EventLog.LogUnavailableException if it cannot be written
     */
    void head(SignedHead head);

    /**
     * Returns when all that was written is durable.
     *
     * @throws EventLog.LogUnavailableException if it is not
     */
    void flush();

    @Override
    void close();

    /** An event does not continue the one before it: one of them is not as it was written. */
    final class BrokenChainException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BrokenChainException(String shard, long revision, String why) {
            super("shard %s, revision %d: %s".formatted(shard, revision, why));
        }
    }
}
