package io.shiplog.projections.travel;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLog.LogUnavailableException;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.keyframe.Keyframe;
import io.shiplog.projections.keyframe.KeyframeObject;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.snapshot.BrokenSnapshotException;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.Digest;
import io.shiplog.projections.snapshot.SnapshotRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Images from keyframes that verify. */
public final class Keyframes {
    private static final Logger LOG = LoggerFactory.getLogger(Keyframes.class);

    private final KeyframeStore store;
    private final Map<String, EventLog> logs;
    private final ImageEvolution evolution;

    public Keyframes(KeyframeStore store, Map<String, EventLog> logs, ImageEvolution evolution) {
        this.store = store;
        this.logs = logs;
        this.evolution = evolution;
    }

    /**
     * The image of the newest keyframe that fits; empty if there is none. One that is broken, or from another log, is skipped
     * with a warning, and the previous one is used.
     *
     * @param wanted the objects that the image must hold; all are read in any case, for the digest
     */
    public Optional<Image> newest(Predicate<Keyframe> fits, Predicate<ResourceType> wanted) {
        try {
            for (Keyframe keyframe : store.contents().descendingMap().values()) {
                if (fits.test(keyframe)) {
                    Optional<Image> image = image(keyframe, wanted);
                    if (image.isPresent()) {
                        return image;
                    }
                }
            }
        } catch (LogUnavailableException e) {
            LOG.warn("keyframes cannot be read, the past is replayed from further back: {}", e.getMessage());
        }
        return Optional.empty();
    }

    /** The revision of the oldest keyframe at or after another revision, verified or not. */
    OptionalLong oldest(long revision) {
        try {
            Long found = store.contents().ceilingKey(revision);
            return found == null ? OptionalLong.empty() : OptionalLong.of(found);
        } catch (LogUnavailableException e) {
            return OptionalLong.empty();
        }
    }

    private Optional<Image> image(Keyframe keyframe, Predicate<ResourceType> wanted) {
        try {
            Provenance.mustBeOf(log(Image.MAIN_SHARD), keyframe.shards().getFirst());
            Map<String, Reading> readings = new HashMap<>();
            keyframe.shards().forEach(each -> readings.put(each.shard(), new Reading(each, wanted)));
            store.read(keyframe, each -> reading(readings, each).take(each.object()));
            Image image = evolution.first();
            for (Checkpoint shard : keyframe.shards()) {
                Reading reading = Objects.requireNonNull(readings.get(shard.shard()));
                reading.mustBeWhole();
                if (joins(shard)) {
                    image = evolution.placed(image, shard, reading.kept);
                }
            }
            return Optional.of(image);
        } catch (BrokenSnapshotException e) {
            LOG.warn("the keyframe of revision {} is skipped: {}", keyframe.revision(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Reading reading(Map<String, Reading> readings, KeyframeObject of) {
        Reading reading = readings.get(of.shard());
        if (reading == null) {
            throw new BrokenSnapshotException("it holds an object of a shard that it does not name: " + of.shard());
        }
        return reading;
    }

    /** A shard that was truncated after the keyframe cannot continue from it: it then shows what is left of it. */
    private boolean joins(Checkpoint shard) {
        return logs.containsKey(shard.shard())
                && shard.revision() + 1 >= log(shard.shard()).oldest();
    }

    private EventLog log(String shard) {
        return Objects.requireNonNull(logs.get(shard), shard);
    }

    /** One shard's objects, as they arrive. */
    private static final class Reading {
        private final Checkpoint checkpoint;
        private final Predicate<ResourceType> wanted;
        private final Digest digest = new Digest();
        private final List<SnapshotRecord> kept = new ArrayList<>();

        private Reading(Checkpoint checkpoint, Predicate<ResourceType> wanted) {
            this.checkpoint = checkpoint;
            this.wanted = wanted;
        }

        private void take(SnapshotRecord object) {
            digest.add(object);
            if (wanted.test(object.key().type())) {
                kept.add(object);
            }
        }

        private void mustBeWhole() {
            checkpoint.mustHold(digest.objects(), digest.hex());
        }
    }
}
