package io.shiplog.projections.snapshot;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.seal.Seal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Snapshots whose sealed objects open for who reads them. They are written as they rest in the log, byte for byte, and the digest
 * goes over that: nothing that is derived from what they say is in the store.
 */
public final class SealedSnapshots implements SnapshotStore {
    private final SnapshotStore store;
    private final Seal seal;

    /** @param store with what is sealed as it rests; closed with this one */
    public SealedSnapshots(SnapshotStore store, Seal seal) {
        this.store = store;
        this.seal = seal;
    }

    @Override
    public Map<String, Snapshot> load() {
        return store.load().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> opened(e.getValue())));
    }

    private Snapshot opened(Snapshot snapshot) {
        return new Snapshot(
                snapshot.checkpoint(),
                snapshot.records().stream().map(this::opened).toList());
    }

    private SnapshotRecord opened(SnapshotRecord record) {
        return new SnapshotRecord(
                record.key(),
                record.revision(),
                record.correlationId(),
                seal.open(record.key(), record.revision(), record.object()));
    }

    @Override
    public void write(Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed) {
        store.write(checkpoint, whole, put, removed);
    }

    @Override
    public void close() {
        store.close();
    }
}
