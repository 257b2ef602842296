package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.transfer.Point;
import io.shiplog.events.log.EventLog.CutLogException;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.Image;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.TimeTravel.NotYetException;
import io.shiplog.projections.kafka.KafkaSnapshotStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.SealedSnapshots;
import io.shiplog.projections.snapshot.SnapshotStore;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The running cluster that a branch leaves: looked at once, never written. */
final class Trunk {
    private Trunk() {}

    /**
     * Its state at a moment.
     *
     * @param at empty for now: every write that was acknowledged before the call is in it
     * @throws IllegalArgumentException if the moment is outside the log; the message names what the log has
     * @throws IllegalStateException if it does not run, or its key file is not the right one
     */
    static Image at(ShiplogHome home, ClusterSettings settings, Optional<Point> at, Stages stages) {
        Clock clock = Clock.systemUTC();
        try (Closing parts = new Closing()) {
            KafkaLogConfig config =
                    parts.with(HomeKafka.ofRunning(home, settings)).config();
            Seal seal = Surroundings.seal(settings, config, home.keyFile(), parts);
            Shards shards = parts.with(Shards.open(config, Shards.ALL, seal, clock));
            SnapshotStore snapshots = parts.with(new SealedSnapshots(
                    KafkaSnapshotStore.open(new KafkaStoreConfig(
                            config.bootstrap(),
                            config.cluster(),
                            config.clientProperties(),
                            config.replicationFactor(),
                            config.refusal())),
                    seal));
            LiveImage image = parts.with(LiveImage.start(
                    shards.logs(), Surroundings::kind, snapshots, KeyframeStore.NONE, stages.replay(), clock));
            return at.isEmpty() ? image.current() : past(image, at.get());
        }
    }

    private static Image past(LiveImage image, Point at) {
        Image past = join(
                switch (at) {
                    case Point.Revision(long revision) -> image.at(revision);
                    case Point.Time(java.time.Instant time) -> image.at(time);
                });
        if (past.revision(LiveImage.MAIN_SHARD) == 0) {
            throw new IllegalArgumentException("there was nothing yet at that moment: the log begins with revision 1");
        }
        return past;
    }

    private static Image join(CompletionStage<Image> image) {
        try {
            return image.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof NotYetException || e.getCause() instanceof CutLogException) {
                throw new IllegalArgumentException(e.getCause().getMessage(), e);
            }
            throw e;
        }
    }
}
