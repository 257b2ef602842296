package io.shiplog.projections.history.index;

import java.util.Map;

/**
 * Storage of index segments. All methods throw {@code EventLog.LogUnavailableException} if it cannot be reached: the index is
 * then built from the log.
 */
public interface SegmentStore extends AutoCloseable {
    /** Stores nothing: each process reads the log itself. */
    SegmentStore NONE = new SegmentStore() {
        @Override
        public Map<Long, byte[]> load(String shard) {
            return Map.of();
        }

        @Override
        public void write(String shard, long number, byte[] segment) {}

        @Override
        public void close() {}
    };

    /** All segments of a shard, by their numbers. */
    Map<Long, byte[]> load(String shard);

    /** Writes a segment, replacing one with the same number, and returns when it is durable. */
    void write(String shard, long number, byte[] segment);

    @Override
    void close();
}
