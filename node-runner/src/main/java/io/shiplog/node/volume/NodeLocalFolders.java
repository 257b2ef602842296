package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.placement.NodeTerms;
import io.shiplog.events.volume.NodeLocal;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.projections.image.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the folders of node-local volumes that are deleted, then their finalizer. A volume with the reclaim policy Retain leaves its
 * folder behind.
 */
public final class NodeLocalFolders {
    /** The type of the volumes. */
    public static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");

    private static final Logger LOG = LoggerFactory.getLogger(NodeLocalFolders.class);

    private final String node;
    private final ClaimedVolumes volumes;
    private final Predicate<Path> inUse;

    /**
     * @param node the name of this node, which is also its host name
     * @param inUse whether a container has a folder mounted
     */
    public NodeLocalFolders(String node, ClaimedVolumes volumes, Predicate<Path> inUse) {
        this.node = node;
        this.volumes = volumes;
        this.inUse = inUse;
    }

    /**
     * Removes the folder of a volume that is deleted, if it is on this node and no container has it mounted.
     *
     * @return the command that lets the volume go; empty if there is nothing to do, or the folder could not be removed
     */
    public Optional<PatchObject> release(StoredObject stored) {
        if (!stored.deleting()) {
            return Optional.empty();
        }
        JsonNode volume = stored.json().tree();
        String folder = NodeLocal.folder(volume);
        ObjectNode patch = NodeLocal.withoutFinalizer(volume);
        boolean bound = volume.path("status").path("phase").asText().equals("Bound");
        if (folder == null || patch == null || bound || !isHere(volume)) {
            return Optional.empty();
        }
        try {
            if (volume.path("spec")
                    .path("persistentVolumeReclaimPolicy")
                    .asText()
                    .equals("Delete")) {
                Path path = volumes.folder(folder);
                if (inUse.test(path)) {
                    LOG.info("volume {} is still mounted", stored.key().name());
                    return Optional.empty();
                }
                AtomicFolder.delete(path);
            }
        } catch (IOException | EngineException e) {
            LOG.warn(
                    "the folder of volume {} could not be removed: {}",
                    stored.key().name(),
                    e.toString());
            return Optional.empty();
        } catch (UnresolvedException e) {
            LOG.warn("volume {} has no folder here: {}", stored.key().name(), e.getMessage());
        }
        patch.withObject("/metadata").put("resourceVersion", Long.toString(stored.revision()));
        ObjectKey key = stored.key();
        return Optional.of(new PatchObject(key, "", PatchType.MERGE, Json.of(patch), FieldValidation.IGNORE));
    }

    private boolean isHere(JsonNode volume) {
        return NodeTerms.of(volume.path("spec").path("nodeAffinity").path("required"))
                .matches(node, Map.of("kubernetes.io/hostname", node));
    }
}
