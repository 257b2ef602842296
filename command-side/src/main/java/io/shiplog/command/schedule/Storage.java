package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * Claims, volumes, their classes and where they are attached, as the scheduler sees them. Immutable: a change gives the next one.
 *
 * @param limits how many volumes of each CSI driver a node may have, by node
 * @param attachments the VolumeAttachments, by name
 */
record Storage(
        PMap<ObjectKey, ClaimView> claims,
        TreePMap<String, VolumeView> volumes,
        PMap<String, StorageClassView> classes,
        PMap<String, Map<String, Integer>> limits,
        PMap<String, Attachment> attachments) {
    static final Storage EMPTY = new Storage(
            HashTreePMap.empty(), TreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());

    private static final List<ResourceType> TYPES =
            List.of(Types.CLAIMS, Types.VOLUMES, Types.STORAGE_CLASSES, Types.CSI_NODES, Types.VOLUME_ATTACHMENTS);

    /** A VolumeAttachment. */
    record Attachment(String node, String attacher, String volume) {
        static Attachment of(StoredObject object) {
            JsonNode spec = object.json().tree().path("spec");
            return new Attachment(
                    spec.path("nodeName").asText(),
                    spec.path("attacher").asText(),
                    spec.path("source").path("persistentVolumeName").asText());
        }
    }

    static Storage of(Image image) {
        Storage storage = EMPTY;
        for (ResourceType type : TYPES) {
            for (StoredObject object : image.list(type)) {
                storage = storage.with(object);
            }
        }
        return storage;
    }

    /** The next one; the same if the change is about another type. */
    Storage evolve(Change change) {
        ObjectKey key = change.after().key();
        if (!change.removes()) {
            return with(change.after());
        }
        if (key.type().equals(Types.CLAIMS)) {
            return new Storage(claims.minus(key), volumes, classes, limits, attachments);
        }
        String name = key.name();
        if (key.type().equals(Types.VOLUMES)) {
            return new Storage(claims, volumes.minus(name), classes, limits, attachments);
        }
        if (key.type().equals(Types.CSI_NODES)) {
            return new Storage(claims, volumes, classes, limits.minus(name), attachments);
        }
        if (key.type().equals(Types.VOLUME_ATTACHMENTS)) {
            return new Storage(claims, volumes, classes, limits, attachments.minus(name));
        }
        return key.type().equals(Types.STORAGE_CLASSES)
                ? new Storage(claims, volumes, classes.minus(name), limits, attachments)
                : this;
    }

    private Storage with(StoredObject object) {
        ObjectKey key = object.key();
        String name = key.name();
        if (key.type().equals(Types.CLAIMS)) {
            return new Storage(claims.plus(key, ClaimView.of(object)), volumes, classes, limits, attachments);
        }
        if (key.type().equals(Types.VOLUMES)) {
            return new Storage(claims, volumes.plus(name, VolumeView.of(object)), classes, limits, attachments);
        }
        if (key.type().equals(Types.CSI_NODES)) {
            return new Storage(claims, volumes, classes, limits.plus(name, limits(object)), attachments);
        }
        if (key.type().equals(Types.VOLUME_ATTACHMENTS)) {
            return new Storage(claims, volumes, classes, limits, attachments.plus(name, Attachment.of(object)));
        }
        return key.type().equals(Types.STORAGE_CLASSES)
                ? new Storage(claims, volumes, classes.plus(name, StorageClassView.of(object)), limits, attachments)
                : this;
    }

    private static Map<String, Integer> limits(StoredObject csiNode) {
        Map<String, Integer> limits = new HashMap<>();
        for (JsonNode driver : csiNode.json().tree().path("spec").path("drivers")) {
            JsonNode count = driver.path("allocatable").path("count");
            if (count.isNumber()) {
                limits.put(driver.path("name").asText(), count.asInt());
            }
        }
        return Map.copyOf(limits);
    }

    /** The CSI volumes that are attached to a node, each as its driver, a slash and its handle. */
    Set<String> attachedTo(String node) {
        Set<String> attached = new HashSet<>();
        for (Attachment each : attachments.values()) {
            VolumeView volume = each.node().equals(node) ? volumes.get(each.volume()) : null;
            if (volume != null && !volume.has().csi().isEmpty()) {
                String handle = volume.has().csi().substring(volume.has().csi().indexOf('/'));
                attached.add(each.attacher() + handle);
            }
        }
        return attached;
    }

    /** The claim of a pod's volume, or null. */
    @Nullable ClaimView claim(String namespace, String name) {
        return claims.get(ObjectKey.of(Types.CLAIMS, namespace, name));
    }

    /** The class of a claim, or null. */
    @Nullable StorageClassView classOf(ClaimView claim) {
        return classes.get(claim.storageClass());
    }
}
