package io.shiplog.projections.history.index;

import java.util.HashMap;
import java.util.Map;

/** Segments in memory: for tests and for clusters without a disk. */
public final class InMemorySegmentStore implements SegmentStore {
    private final Map<String, Map<Long, byte[]>> shards = new HashMap<>();

    @Override
    public synchronized Map<Long, byte[]> load(String shard) {
        return Map.copyOf(shards.getOrDefault(shard, Map.of()));
    }

    @Override
    public synchronized void write(String shard, long number, byte[] segment) {
        shards.computeIfAbsent(shard, s -> new HashMap<>()).put(number, segment);
    }

    @Override
    public void close() {}
}
