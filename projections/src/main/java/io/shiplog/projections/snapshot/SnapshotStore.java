package io.shiplog.projections.snapshot;

/** Where snapshots lie. */
public interface SnapshotStore extends AutoCloseable {
    /** Keeps nothing: every start is a full replay. */
    SnapshotStore NONE = () -> {};

    @Override
    void close();
}
