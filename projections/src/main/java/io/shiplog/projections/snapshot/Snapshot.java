package io.shiplog.projections.snapshot;

import java.util.List;

/** A shard's objects after some event, from a store; unordered. */
public record Snapshot(Checkpoint checkpoint, List<SnapshotRecord> records) {
    public Snapshot {
        records = List.copyOf(records);
    }
}
