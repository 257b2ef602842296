package io.shiplog.projections.image;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.snapshot.BrokenSnapshotException;
import io.shiplog.projections.snapshot.Checkpoint;
import io.shiplog.projections.snapshot.Digest;
import io.shiplog.projections.snapshot.Snapshot;
import io.shiplog.projections.snapshot.SnapshotRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code evolve}: an image and an event give the next image. Pure, and the only code that creates images. */
public final class ImageEvolution {
    private static final Logger LOG = LoggerFactory.getLogger(ImageEvolution.class);

    private final KindCatalogue builtIn;
    private final Shared shared = new Shared();
    private final Map<ResourceType, Prepared> extractions = new ConcurrentHashMap<>();

    /** An extraction and the description from which it was prepared: a kind may be redefined while the cluster runs. */
    private record Prepared(@Nullable KindDescription kind, Extraction extraction) {}

    /** @param builtIn the kinds with which every cluster begins */
    public ImageEvolution(KindCatalogue builtIn) {
        this.builtIn = builtIn;
    }

    /** The image before the first event. */
    public Image first() {
        return Image.before(builtIn);
    }

    /** An image and the changes that led to it. */
    public record Evolved(Image image, ImageDelta delta) {}

    /**
     * Applies events of one shard in order. Events at or below the image's revision were applied before and are skipped. Access events
     * change no object: the image passes them, the delta does not have them.
     */
    public Evolved evolve(Image image, String shard, List<Event> events) {
        List<Change> changes = new ArrayList<>(events.size());
        Image next = image;
        long revision = image.revision(shard);
        for (Event event : events) {
            if (event.revision() <= revision) {
                continue;
            }
            revision = event.revision();
            if (event.type().isAccess()) {
                next = next.passed(event);
                continue;
            }
            StoredObject before = next.get(event.key());
            ObjectKey key = before == null ? sharedKey(event.key()) : before.key();
            StoredObject after = stored(next.kinds(), key, revision, event.object(), event.correlationId());
            changes.add(new Change(event, before, after));
            next = next.evolve(event, key, event.type().removes() ? null : after);
        }
        return new Evolved(next, new ImageDelta(shard, changes));
    }

    /**
     * The image after events of one shard, for callers that do not need the changes: only the newest event of each object is
     * parsed. The same image as {@link #evolve(Image, String, List)} gives.
     */
    public Image after(Image image, Newest events) {
        Image next = image;
        for (Event event : events.ofEachObject()) {
            StoredObject before = next.get(event.key());
            ObjectKey key = before == null ? sharedKey(event.key()) : before.key();
            StoredObject after = event.type().removes()
                    ? null
                    : stored(next.kinds(), key, event.revision(), event.object(), event.correlationId());
            next = next.evolve(event, key, after);
        }
        Event last = events.last();
        if (last != null && last.type().isAccess()) {
            next = next.passed(last);
        }
        return next.notBefore(events.shard(), events.time());
    }

    /**
     * The same for callers that follow only a few types and need no images: a map is enough, and several times faster.
     *
     * @param kinds of the moment
     * @param objects by key, before the events; afterwards as changed by them
     */
    public List<Change> evolve(KindCatalogue kinds, Map<ObjectKey, StoredObject> objects, List<Event> events) {
        List<Change> changes = new ArrayList<>(events.size());
        for (Event event : events) {
            if (event.type().isAccess()) {
                continue;
            }
            StoredObject before = objects.get(event.key());
            ObjectKey key = before == null ? sharedKey(event.key()) : before.key();
            StoredObject after = stored(kinds, key, event.revision(), event.object(), event.correlationId());
            if (event.type().removes()) {
                objects.remove(key);
            } else {
                objects.put(key, after);
            }
            changes.add(new Change(event, before, after));
        }
        return changes;
    }

    /**
     * The image with a shard from a snapshot. The image must not contain the shard yet.
     *
     * @throws BrokenSnapshotException if the objects do not match the checkpoint
     */
    public Image restored(Image image, Snapshot snapshot) {
        Checkpoint checkpoint = snapshot.checkpoint();
        Image next = placed(image, checkpoint, snapshot.records());
        Checkpoint found = checkpoint(next, checkpoint.shard());
        checkpoint.mustHold(found.objects(), found.digest());
        return next;
    }

    /** The image with objects of a shard whose digest was verified before. It must not contain the shard yet. */
    public Image placed(Image image, Checkpoint checkpoint, List<SnapshotRecord> records) {
        List<StoredObject> objects = new ArrayList<>(records.size());
        for (SnapshotRecord each : records) {
            objects.add(
                    stored(image.kinds(), sharedKey(each.key()), each.revision(), each.object(), each.correlationId()));
        }
        Image.Position position = new Image.Position(checkpoint.revision(), checkpoint.time(), checkpoint.chain());
        return image.restore(checkpoint.shard(), position, objects);
    }

    /** The checkpoint of a shard of an image: two images of one moment of a log have the same. */
    public Checkpoint checkpoint(Image image, String shard) {
        Digest digest = new Digest();
        snapshotRecords(image, shard).forEach(digest::add);
        return new Checkpoint(
                shard, image.revision(shard), image.time(shard), image.chain(shard), digest.objects(), digest.hex());
    }

    /** A shard of an image, to start another image from. */
    public Snapshot snapshot(Image image, String shard) {
        return new Snapshot(
                checkpoint(image, shard), snapshotRecords(image, shard).toList());
    }

    /** The objects of a shard of an image, in the order of its digest. */
    public Stream<SnapshotRecord> snapshotRecords(Image image, String shard) {
        return typesOf(image, shard).stream()
                .flatMap(type -> image.list(type).stream())
                .map(ImageEvolution::snapshotRecord);
    }

    public static SnapshotRecord snapshotRecord(StoredObject object) {
        return new SnapshotRecord(object.key(), object.revision(), object.correlationId(), object.json());
    }

    /** The types of a shard with objects in an image, in order. */
    public List<ResourceType> typesOf(Image image, String shard) {
        return image.types().stream()
                .filter(type -> shardOf(image.kinds(), type).equals(shard))
                .sorted()
                .toList();
    }

    /** The image without any events of a shard. */
    public Image forget(Image image, String shard) {
        return image.forget(shard, type -> shardOf(image.kinds(), type).equals(shard));
    }

    private static String shardOf(KindCatalogue kinds, ResourceType type) {
        KindDescription kind = kinds.get(type);
        return kind == null ? Image.MAIN_SHARD : kind.shard();
    }

    private ObjectKey sharedKey(ObjectKey key) {
        return ObjectKey.of(shared.type(key.type()), shared.string(key.namespace()), key.name());
    }

    /**
     * Extracts the parts of an object that an image keeps. If the bytes are not an object, it keeps only the bytes and logs an
     * error.
     *
     * @param kinds of the moment; an object of an unknown kind has no selectable fields
     */
    public StoredObject stored(KindCatalogue kinds, ObjectKey key, long revision, Json json, String correlationId) {
        StoredObject.Extracted extracted;
        try {
            extracted = extraction(kinds.get(key.type()), key.type()).read(key, json);
        } catch (IOException e) {
            LOG.error("the object {} of revision {} is not JSON: it has no labels and fields", key, revision, e);
            extracted = StoredObject.Extracted.NOTHING;
        }
        return new StoredObject(key, revision, json, extracted, correlationId);
    }

    @SuppressWarnings("ReferenceEquality") // another instance is another description, equal or not
    private Extraction extraction(@Nullable KindDescription kind, ResourceType type) {
        Prepared prepared = extractions.get(type);
        if (prepared == null || prepared.kind != kind) {
            prepared = new Prepared(kind, Extraction.of(type, kind, shared));
            extractions.put(type, prepared);
        }
        return prepared.extraction;
    }
}
