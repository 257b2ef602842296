package io.shiplog.projections.snapshot;

import io.shiplog.events.object.ObjectKey;
import java.util.List;
import java.util.Map;

/** Where snapshots lie: at most one of each shard. Used by one process at a time for writing. */
public interface SnapshotStore extends AutoCloseable {
    /** Keeps nothing: every start is a full replay. */
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
     * The newest snapshot of every shard that has one, as it lies there: whether it is whole, its reader must find out by
     * its digest.
     *
     * @throws UnavailableException if the store cannot be read
     */
    Map<String, Snapshot> load();

    /**
     * Brings a shard's snapshot from its last checkpoint to a new one. Returns when that is durable. A write that is cut short
     * leaves the old snapshot or, at worst, one that its digest gives away.
     *
     * @param whole {@code put} is all there is: what else is in the store of the shard goes
     * @param put objects made or changed since the last checkpoint
     * @param removed keys of objects gone since the last checkpoint
     * @throws UnavailableException if the store cannot be written
     */
    void write(Checkpoint checkpoint, boolean whole, List<SnapshotRecord> put, List<ObjectKey> removed);

    @Override
    void close();

    /** The store cannot be reached. Snapshots only save time: the caller goes on without them. */
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
