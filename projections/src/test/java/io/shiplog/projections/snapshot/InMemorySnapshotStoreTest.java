package io.shiplog.projections.snapshot;

class InMemorySnapshotStoreTest extends SnapshotStoreContract {
    private final InMemorySnapshotStore store = new InMemorySnapshotStore();

    @Override
    protected SnapshotStore store() {
        return store;
    }

    @Override
    protected SnapshotStore reopened() {
        return store;
    }
}
