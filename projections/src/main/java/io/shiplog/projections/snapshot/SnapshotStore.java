package io.shiplog.projections.snapshot;

import io.shiplog.events.object.ObjectKey;
import java.util.List;
import java.util.Map;

/** Storage of snapshots: at most one per shard. One process at a time writes. */
public interface SnapshotStore extends AutoCloseable {
    /** Stores nothing: every start is a full replay. */
    SnapshotStore NONE = new SnapshotStore() {
        @Override
        public Map<String, Snapshot> load() {
            return Map.of();
        }

        @Override
        public void write(Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed) {}

        @Override
        public void close() {}
    };

    /**
     * The newest snapshot of every shard that has one. It is not verified: the reader must check its digest.
     *
     * @throws UnavailableException if the store cannot be read
     */
    Map<String, Snapshot> load();

    /**
     * Advances a shard's snapshot from its last checkpoint to a new one. Returns when that is durable. An interrupted write
     * leaves the old snapshot or, at worst, one that its digest exposes.
     *
     * @param whole {@code put} is complete: all other entries of the shard are removed
     * @param put objects created or changed since the last checkpoint
     * @param removed keys of objects deleted since the last checkpoint
     * @throws UnavailableException if the store cannot be written
     */
    void write(Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed);

    @Override
    void close();

    /** The store cannot be reached. Snapshots only save time: the caller continues without them. */
    final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }

        public UnavailableException(String message) {
            super(message);
        }
    }
}
