package io.shiplog.projections;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code evolve}: an image and an event give the next image. Pure, and the only maker of images.
 */
public final class ImageEvolution {
    private final Function<ResourceType, @Nullable KindDescription> kinds;

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
        for (Event event : events) {
            if (event.revision() <= next.revision(shard)) {
                continue;
            }
            StoredObject before = next.get(event.key());
            StoredObject after = stored(event.key(), event.revision(), event.object(), event.correlationId());
            changes.add(new Change(event, before, after));
            next = next.evolve(
                    shard, event.time(), event.key(), event.type().removes() ? null : after, event.revision());
        }
        return new Evolved(next, new ImageDelta(shard, changes));
    }

    /** The image as if no event of a shard had come. */
    public Image forget(Image image, String shard) {
        return image.forget(shard, type -> {
            KindDescription kind = kinds.apply(type);
            return (kind == null ? LiveImage.MAIN_SHARD : kind.shard()).equals(shard);
        });
    }

    /** Extracts what an image keeps of an object. */
    public StoredObject stored(ObjectKey key, long revision, Json json, String correlationId) {
        JsonNode tree = json.tree();
        JsonNode metadata = tree.path("metadata");
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        List<String> owners = new ArrayList<>();
        metadata.path("ownerReferences")
                .forEach(owner -> owners.add(owner.path("uid").asText()));
        Map<String, String> fields = new HashMap<>();
        KindDescription kind = kinds.apply(key.type());
        if (kind != null) {
            kind.fields().forEach((name, path) -> fields.put(name, path.value(tree)));
        }
        String node = key.type().equals(ResourceType.core("pods"))
                ? tree.path("spec").path("nodeName").asText("")
                : "";
        return new StoredObject(
                key,
                revision,
                json,
                metadata.path("uid").asText(),
                Map.copyOf(labels),
                Map.copyOf(fields),
                List.copyOf(owners),
                node.isEmpty() ? null : node,
                metadata.hasNonNull("deletionTimestamp"),
                correlationId);
    }
}
