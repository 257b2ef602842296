package io.shiplog.projections.snapshot;

import java.util.List;

/** A shard's objects after some event, as they came from a store; in no order. */
public record Snapshot(Checkpoint checkpoint, List<SnapshotRecord> records) {
    public Snapshot {
        records = List.copyOf(records);
    }
}
