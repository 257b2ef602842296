package io.shiplog.events.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that are folders of a node, named by {@code spec.csi.volumeHandle}. The node makes a folder when a pod first uses it. When the
 * PersistentVolume is deleted, a finalizer holds it until the node has removed the folder.
 */
public final class NodeLocal {
    /** The provisioner in the StorageClass, and the driver in the volume. */
    public static final String DRIVER = "node-local.shiplog.io";
    /** The name of the built-in StorageClass. */
    public static final String STORAGE_CLASS = "node-local";
    /** Removed when the folder is. */
    public static final String FINALIZER = "shiplog.io/node-local";

    private NodeLocal() {}

    /** The name of the folder of a PersistentVolume; null if the volume is not node-local. */
    public static @Nullable String folder(JsonNode volume) {
        JsonNode csi = volume.path("spec").path("csi");
        return csi.path("driver").asText().equals(DRIVER)
                ? csi.path("volumeHandle").asText()
                : null;
    }

    /** A merge patch that removes the finalizer; null if the volume does not have it. */
    public static @Nullable ObjectNode withoutFinalizer(JsonNode volume) {
        JsonNode finalizers = volume.path("metadata").path("finalizers");
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode left = patch.putObject("metadata").putArray("finalizers");
        finalizers.forEach(each -> {
            if (!each.asText().equals(FINALIZER)) {
                left.add(each);
            }
        });
        return left.size() == finalizers.size() ? null : patch;
    }
}
