package io.shiplog.events.log;

import java.util.List;

/**
 * Writes a shard's past into another log: its events keep revision, epoch, time and link, so that the copy is identical event
 * by event. The log must have no other writer meanwhile. Not thread-safe.
 */
public interface LogCopy extends AutoCloseable {
    /** The revision of the newest event, written or existing; 0 if there is none. */
    long revision();

    /** The link of that event in the hash chain. */
    String chain();

    /**
     * Writes the following events. The first ones of an empty log may begin above revision 1, if their source was truncated:
     * the copy is then truncated too.
     *
     * @throws BrokenChainException if an event does not continue the previous one; the events before it are written
     * @throws EventLog.LogUnavailableException if they cannot be written
     */
    void write(List<Event> events);

    /**
     * Copies a signed head, after its event.
     *
     * @throws EventLog.LogUnavailableException if it cannot be written
     */
    void head(SignedHead head);

    /**
     * Returns when everything written is durable.
     *
     * @throws EventLog.LogUnavailableException if it is not
     */
    void flush();

    @Override
    void close();

    /** An event does not continue the previous one: one of them is not as it was written. */
    final class BrokenChainException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BrokenChainException(String shard, long revision, String why) {
            super("shard %s, revision %d: %s".formatted(shard, revision, why));
        }
    }
}
