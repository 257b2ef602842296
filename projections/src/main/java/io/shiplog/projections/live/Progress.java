package io.shiplog.projections.live;

/**
 * Reports the progress of a replay, so that a long start is never silent. Called on the log's reading thread, about once a
 * second.
 */
@FunctionalInterface
public interface Progress {
    /** Reports nothing. */
    Progress NONE = (shard, done, total, eventsPerSecond) -> {};

    /**
     * @param done events of the shard applied since the start of this replay
     * @param total events to apply when the replay began; the last call has {@code done >= total}
     * @param eventsPerSecond the rate since the start of this replay
     */
    void replayed(String shard, long done, long total, double eventsPerSecond);
}
