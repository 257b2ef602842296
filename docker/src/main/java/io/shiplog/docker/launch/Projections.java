package io.shiplog.docker.launch;

import io.shiplog.events.seal.Seal;
import io.shiplog.projections.KeyframeWriter;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.Progress;
import io.shiplog.projections.SnapshotWriter;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.index.SegmentIndex;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSegmentStore;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.keyframe.SealedKeyframes;
import io.shiplog.projections.snapshot.SealedSnapshots;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the log adds up to in a process, and the stores that make it quick.
 *
 * @param image the present, and the image of any moment of the past
 * @param history the events themselves
 */
record Projections(
        LiveImage image, LogHistory history, SegmentIndex index, SnapshotStore snapshots, KeyframeStore keyframes) {

    /**
     * Reads the log up to its end. What is opened is closed by {@code parts}.
     *
     * @param seal through which the shards are open already, and the stores are read
     */
    static Projections of(
            Shards shards, KafkaStoreConfig stores, Seal seal, Progress progress, Clock clock, Closing parts) {
        SnapshotStore snapshots = parts.with(new SealedSnapshots(KafkaSnapshotStore.open(stores), seal));
        KeyframeStore keyframes = parts.with(new SealedKeyframes(new KafkaKeyframeStore(stores), seal));
        LiveImage image =
                parts.with(LiveImage.start(shards.logs(), RoleContext::kind, snapshots, keyframes, progress, clock));
        SegmentIndex index = parts.with(SegmentIndex.start(shards.main(), new KafkaSegmentStore(stores)));
        LogHistory history = parts.with(new ScannedHistory(shards.logs(), Map.of(LiveImage.MAIN_SHARD, index)));
        return new Projections(image, history, index, snapshots, keyframes);
    }

    /**
     * Keeps the stores near the present: the affair of a process that may write the log.
     *
     * @param leads whether it writes the log, asked anew each time
     */
    void store(BooleanSupplier leads, Closing parts) {
        parts.with(SnapshotWriter.start(image, snapshots, SnapshotWriter.Settings.DEFAULT));
        parts.with(KeyframeWriter.start(image, keyframes, KeyframeWriter.Spacing.DEFAULT, leads));
        index.writeWhile(leads);
    }
}
