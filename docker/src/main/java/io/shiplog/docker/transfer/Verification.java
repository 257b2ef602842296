package io.shiplog.docker.transfer;

import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Audit;
import io.shiplog.events.log.Audit.Witness;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.Image;
import io.shiplog.projections.ImageEvolution;
import io.shiplog.projections.snapshot.Checkpoint;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One shard proven: its chain from the first record to the last, and what its events add up to against what others say they do. */
public final class Verification {
    private final String shard;
    private final List<Remembered> remembered;
    private final ImageEvolution evolution;
    private final List<Comparison> comparisons = new ArrayList<>();
    private Image image = Image.EMPTY;

    private Verification(
            String shard, List<Remembered> remembered, Function<ResourceType, @Nullable KindDescription> kinds) {
        this.shard = shard;
        this.remembered = remembered;
        this.evolution = new ImageEvolution(kinds);
    }

    /**
     * What somebody says of the shard at a revision.
     *
     * @param name of who says so, as {@code the live image}
     */
    public record Remembered(String name, Checkpoint checkpoint) {}

    /**
     * An image rebuilt from the log against what was said of it.
     *
     * @param rebuilt what the log's events add up to at that revision
     */
    public record Comparison(Remembered said, Checkpoint rebuilt) {
        /** Whether they are the same objects, byte by byte as they rest. */
        public boolean equal() {
            return said.checkpoint().objects() == rebuilt.objects()
                    && said.checkpoint().digest().equals(rebuilt.digest());
        }
    }

    /**
     * What came out.
     *
     * @param comparisons none for a shard that was cut: its log alone does not say what was there before
     */
    public record Outcome(Audit audit, List<Comparison> comparisons) {
        public Outcome {
            comparisons = List.copyOf(comparisons);
        }

        /** Whether all is as it was written. */
        public boolean good() {
            return audit.clean() && comparisons.stream().allMatch(Comparison::equal);
        }
    }

    /**
     * Reads a shard whole. Its links are proven against those that are remembered, too.
     *
     * @param signer whose signatures the heads in the log must be; empty: they are not checked
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if Kafka does not answer, or has no such shard
     */
    public static Outcome of(
            KafkaCluster kafka,
            ShardConfig shard,
            List<Remembered> remembered,
            Optional<PublicKey> signer,
            Function<ResourceType, @Nullable KindDescription> kinds) {
        Verification verification = new Verification(shard.name(), remembered, kinds);
        List<Witness> witnesses = remembered.stream()
                .filter(each -> each.checkpoint().revision() > 0)
                .map(each -> new Witness(
                        each.name(),
                        each.checkpoint().revision(),
                        each.checkpoint().chain()))
                .toList();
        Audit audit = kafka.audit(shard, witnesses, signer, verification::onEvents);
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
