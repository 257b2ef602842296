package io.shiplog.projections;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code evolve}: an image and an event give the next image. Pure, and the only maker of images.
 */
public final class ImageEvolution {
    private static final Logger LOG = LoggerFactory.getLogger(ImageEvolution.class);

    private final Function<ResourceType, @Nullable KindDescription> kinds;
    private final Shared shared = new Shared();
    private final Map<ResourceType, Prepared> extractions = new ConcurrentHashMap<>();

    /** An extraction and the description from which it was prepared: a kind may be described anew while the cluster runs. */
    private record Prepared(@Nullable KindDescription kind, Extraction extraction) {}

    /** @param kinds the kind under whose type objects lie in the log, null for one that is not known (it has no selectable fields then) */
    public ImageEvolution(Function<ResourceType, @Nullable KindDescription> kinds) {
        this.kinds = kinds;
    }

    /** An image and what led to it. */
    public record Evolved(Image image, ImageDelta delta) {}

    /** Applies events of one shard in order. Events at or below the image's revision were applied before and are passed over. */
    public Evolved evolve(Image image, String shard, List<Event> events) {
        List<Change> changes = new ArrayList<>(events.size());
        Image next = image;
        long revision = image.revision(shard);
        for (Event event : events) {
            if (event.revision() <= revision) {
                continue;
            }
            revision = event.revision();
            StoredObject before = next.get(event.key());
            ObjectKey key = before == null ? sharedKey(event.key()) : before.key();
            StoredObject after = stored(key, revision, event.object(), event.correlationId());
            changes.add(new Change(event, before, after));
            next = next.evolve(shard, event.time(), key, event.type().removes() ? null : after, revision);
        }
        return new Evolved(next, new ImageDelta(shard, changes));
    }

    /** The image as if no event of a shard had come. */
    Image forget(Image image, String shard) {
        return image.forget(shard, type -> {
            KindDescription kind = kinds.apply(type);
            return (kind == null ? LiveImage.MAIN_SHARD : kind.shard()).equals(shard);
        });
    }

    private ObjectKey sharedKey(ObjectKey key) {
        return ObjectKey.of(shared.type(key.type()), shared.string(key.namespace()), key.name());
    }

    /** Extracts what an image keeps of an object. Of bytes that are no object it keeps the bytes alone, and says so loudly. */
    public StoredObject stored(ObjectKey key, long revision, Json json, String correlationId) {
        Extraction.Found found;
        try {
            found = extraction(key.type()).read(json);
        } catch (IOException e) {
            LOG.error("the object {} of revision {} is not JSON: it has no labels and fields", key, revision, e);
            return new StoredObject(key, revision, json, "", Map.of(), Map.of(), List.of(), null, false, correlationId);
        }
        return new StoredObject(
                key,
                revision,
                json,
                found.uid,
                found.labels,
                found.fields,
                found.ownerUids,
                found.node,
                found.deleting,
                correlationId);
    }

    @SuppressWarnings("ReferenceEquality") // another instance is another description, equal or not
    private Extraction extraction(ResourceType type) {
        KindDescription kind = kinds.apply(type);
        Prepared prepared = extractions.get(type);
        if (prepared == null || prepared.kind != kind) {
            prepared = new Prepared(kind, Extraction.of(type, kind, shared));
            extractions.put(type, prepared);
        }
        return prepared.extraction;
    }
}
