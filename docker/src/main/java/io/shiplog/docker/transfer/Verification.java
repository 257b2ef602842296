package io.shiplog.docker.transfer;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Audit.Witness;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.Signers;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.snapshot.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The verification of one shard: its chain from the first record to the last, and its replayed state compared with other
 * sources.
 */
public final class Verification {
    private final String shard;
    private final List<Remembered> remembered;
    private final ImageEvolution evolution;
    private final List<Comparison> comparisons = new ArrayList<>();
    private Image image;

    private Verification(String shard, List<Remembered> remembered, KindCatalogue kinds) {
        this.shard = shard;
        this.remembered = remembered;
        this.evolution = new ImageEvolution(kinds);
        this.image = evolution.first();
    }

    /**
     * Another source's state of the shard at a revision.
     *
     * @param name of the source, as {@code the live image}
     */
    public record Remembered(String name, Checkpoint checkpoint) {}

    /**
     * An image rebuilt from the log compared with another source.
     *
     * @param rebuilt the replayed state at that revision
     */
    public record Comparison(Remembered said, Checkpoint rebuilt) {
        /** Whether they are the same objects, byte by byte as stored. */
        public boolean equal() {
            return said.checkpoint().objects() == rebuilt.objects()
                    && said.checkpoint().digest().equals(rebuilt.digest());
        }
    }

    /**
     * The result.
     *
     * @param comparisons none for a truncated shard: its log alone does not have the earlier state
     */
    public record Outcome(Audit audit, List<Comparison> comparisons) {
        public Outcome {
            comparisons = List.copyOf(comparisons);
        }

        /** Whether everything is as it was written. */
        public boolean good() {
            return audit.clean() && comparisons.stream().allMatch(Comparison::equal);
        }
    }

    /**
     * Reads a whole shard. Its links are also verified against those stored elsewhere.
     *
     * @param signers the public keys for the heads in the log; none: signatures are not checked
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if Kafka does not answer, or has no such shard
     */
    public static Outcome of(
            KafkaCluster kafka, ShardConfig shard, List<Remembered> remembered, Signers signers, KindCatalogue kinds) {
        Verification verification = new Verification(shard.name(), remembered, kinds);
        List<Witness> witnesses = remembered.stream()
                .filter(each -> each.checkpoint().revision() > 0)
                .map(each -> new Witness(
                        each.name(),
                        each.checkpoint().revision(),
                        each.checkpoint().chain()))
                .toList();
        Audit audit = kafka.audit(shard, witnesses, signers, verification::onEvents);
        return new Outcome(audit, audit.oldest() > 1 ? List.of() : verification.comparisons);
    }

    private void onEvents(List<Event> batch) {
        image = evolution.evolve(image, shard, batch).image();
        for (Remembered each : remembered) {
            if (each.checkpoint().revision() == image.revision(shard)) {
                comparisons.add(new Comparison(each, evolution.checkpoint(image, shard)));
            }
        }
    }
}
