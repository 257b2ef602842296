package io.shiplog.projections.history.index;

class InMemorySegmentStoreTest extends SegmentStoreContract {
    private final InMemorySegmentStore store = new InMemorySegmentStore();

    @Override
    protected SegmentStore store() {
        return store;
    }

    @Override
    protected SegmentStore reopened() {
        return store;
    }
}
