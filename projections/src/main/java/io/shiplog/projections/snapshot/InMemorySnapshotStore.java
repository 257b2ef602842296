package io.shiplog.projections.snapshot;

import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Snapshots in memory: for tests and for clusters without a disk. */
public final class InMemorySnapshotStore implements SnapshotStore {
    private final Map<String, Checkpoint> checkpoints = new TreeMap<>();
    private final Map<String, Map<ObjectKey, SnapshotRecord>> records = new HashMap<>();

    @Override
    public synchronized Map<String, Snapshot> load() {
        Map<String, Snapshot> snapshots = new HashMap<>();
        checkpoints.forEach((shard, checkpoint) -> snapshots.put(
                shard, new Snapshot(checkpoint, new ArrayList<>(of(shard).values()))));
        return snapshots;
    }

    @Override
    public synchronized void write(
            Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed) {
        Map<ObjectKey, SnapshotRecord> ofShard = of(checkpoint.shard());
        if (whole) {
            ofShard.clear();
        }
        put.forEach(each -> ofShard.put(each.key(), each));
        removed.forEach(ofShard::remove);
        checkpoints.put(checkpoint.shard(), checkpoint);
    }

    private Map<ObjectKey, SnapshotRecord> of(String shard) {
        return records.computeIfAbsent(shard, s -> new HashMap<>());
    }

    @Override
    public void close() {}
}
