package io.shiplog.projections.keyframe;

import io.shiplog.events.seal.Seal;
import io.shiplog.projections.snapshot.SnapshotRecord;
import java.util.NavigableMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Keyframes whose encrypted objects are decrypted for readers. They are written as stored in the log, and the digest covers
 * that form: nothing derived from their plain text is in the store.
 */
public final class SealedKeyframes implements KeyframeStore {
    private final KeyframeStore store;
    private final Seal seal;

    /** @param store with encrypted objects as stored; closed with this one */
    public SealedKeyframes(KeyframeStore store, Seal seal) {
        this.store = store;
        this.seal = seal;
    }

    @Override
    public NavigableMap<Long, Keyframe> contents() {
        return store.contents();
    }

    @Override
    public void read(Keyframe keyframe, Consumer<KeyframeObject> reader) {
        store.read(keyframe, each -> reader.accept(new KeyframeObject(each.shard(), opened(each.object()))));
    }

    private SnapshotRecord opened(SnapshotRecord object) {
        return new SnapshotRecord(
                object.key(),
                object.revision(),
                object.correlationId(),
                seal.open(object.key(), object.revision(), object.object()));
    }

    @Override
    public void write(Keyframe keyframe, Stream<KeyframeObject> objects) {
        store.write(keyframe, objects);
    }

    @Override
    public void close() {
        store.close();
    }
}
