package io.shiplog.docker.launch.assembly;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.index.SegmentIndex;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSegmentStore;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.keyframe.SealedKeyframes;
import io.shiplog.projections.live.KeyframeWriter;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.live.Progress;
import io.shiplog.projections.live.SnapshotWriter;
import io.shiplog.projections.snapshot.SealedSnapshots;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The derived state of a process's log, and the stores that make it fast.
 *
 * @param image the present, and the image of any moment of the past
 * @param history the events themselves
 */
public record Projections(
        LiveImage image, LogHistory history, SegmentIndex index, SnapshotStore snapshots, KeyframeStore keyframes) {

    /**
     * Replays the log to its end. {@code parts} closes what is opened.
     *
     * @param seal with which the shards were opened; used for the stores
     */
    static Projections of(
            Shards shards, KafkaStoreConfig stores, Seal seal, Progress progress, Clock clock, Closing parts) {
        SnapshotStore snapshots = parts.with(new SealedSnapshots(KafkaSnapshotStore.open(stores), seal));
        KeyframeStore keyframes = parts.with(new SealedKeyframes(new KafkaKeyframeStore(stores), seal));
        LiveImage image = parts.with(
                LiveImage.start(shards.logs(), BuiltInKinds.catalogue(), snapshots, keyframes, progress, clock));
        SegmentIndex index = parts.with(SegmentIndex.start(shards.main(), new KafkaSegmentStore(stores)));
        LogHistory history = parts.with(new ScannedHistory(shards.logs(), Map.of(Image.MAIN_SHARD, index)));
        return new Projections(image, history, index, snapshots, keyframes);
    }

    /**
     * Keeps the stores up to date, in a process that may write the log.
     *
     * @param leads whether it writes the log, called each time
     */
    public void store(BooleanSupplier leads, Closing parts) {
        parts.with(SnapshotWriter.start(image, snapshots, SnapshotWriter.Settings.DEFAULT));
        parts.with(KeyframeWriter.start(image, keyframes, KeyframeWriter.Spacing.DEFAULT, leads));
        index.writeWhile(leads);
    }
}
