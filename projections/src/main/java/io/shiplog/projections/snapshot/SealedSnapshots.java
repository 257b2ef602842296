package io.shiplog.projections.snapshot;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.seal.Seal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Snapshots whose encrypted objects are decrypted for readers. They are written as stored in the log, byte by byte, and the
 * digest covers that form: nothing derived from their plain text is in the store.
 */
public final class SealedSnapshots implements SnapshotStore {
    private final SnapshotStore store;
    private final Seal seal;

    /** @param store with encrypted objects as stored; closed with this one */
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
