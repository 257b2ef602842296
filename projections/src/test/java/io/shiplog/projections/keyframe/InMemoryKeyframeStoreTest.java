package io.shiplog.projections.keyframe;

class InMemoryKeyframeStoreTest extends KeyframeStoreContract {
    private final InMemoryKeyframeStore store = new InMemoryKeyframeStore();

    @Override
    protected KeyframeStore store() {
        return store;
    }

    @Override
    protected KeyframeStore reopened() {
        return store;
    }
}
