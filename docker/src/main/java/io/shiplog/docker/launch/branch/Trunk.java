package io.shiplog.docker.launch.branch;

import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.HomeKafka;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Shards;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.keyframe.SealedKeyframes;
import io.shiplog.projections.live.LiveImage;
import io.shiplog.projections.snapshot.SealedSnapshots;
import io.shiplog.projections.snapshot.SnapshotStore;
import io.shiplog.projections.travel.TimeTravel.NotYetException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The running cluster that a branch starts from: read once, never written. */
final class Trunk {
    private Trunk() {}

    /**
     * Its state at a moment.
     *
     * @param at empty for now: including every write acknowledged before the call
     * @throws IllegalArgumentException if the moment is outside the log; the message names the log's range
     * @throws IllegalStateException if it does not run, or its key file is the wrong one
     */
    static Image at(ShiplogHome home, ClusterSettings settings, Optional<Point> at, Stages stages) {
        Clock clock = Clock.systemUTC();
        try (Closing parts = new Closing()) {
            KafkaLogConfig config =
                    parts.with(HomeKafka.ofRunning(home, settings)).config();
            Seal seal = RoleContext.seal(settings, config, home.keyFile(), parts);
            Shards shards = parts.with(Shards.open(config, Shards.ALL, seal, clock));
            KafkaStoreConfig stores = KafkaStoreConfig.beside(config);
            SnapshotStore snapshots = parts.with(new SealedSnapshots(KafkaSnapshotStore.open(stores), seal));
            KeyframeStore keyframes = parts.with(new SealedKeyframes(new KafkaKeyframeStore(stores), seal));
            LiveImage image = parts.with(LiveImage.start(
                    shards.logs(), BuiltInKinds.catalogue(), snapshots, keyframes, stages.replay(), clock));
            return at.isEmpty() ? image.current() : past(image, at.get());
        }
    }

    private static Image past(LiveImage image, Point at) {
        Image past = switch (at) {
            case Point.Revision(long revision) -> join("revision " + revision, image.at(revision));
            case Point.Time(Instant time) -> join(time.toString(), image.at(Point.through(time, Instant.now())));
        };
        if (past.revision(Image.MAIN_SHARD) == 0) {
            throw new IllegalArgumentException("the log was empty at that moment: it begins with revision 1");
        }
        return past;
    }

    private static Image join(String moment, CompletionStage<Image> image) {
        try {
            return image.toCompletableFuture().join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case NotYetException notYet -> throw new IllegalArgumentException(notYet.getMessage(), e);
                case CutLogException cut ->
                    throw new IllegalArgumentException(
                            "%s is no longer in the log: the oldest revision to branch from is %d"
                                    .formatted(moment, cut.oldest()),
                            e);
                case null, default -> throw e;
            }
        }
    }
}
