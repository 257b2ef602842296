package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.volume.NodeLocal;
import io.shiplog.node.reference.Referred.Lookup;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.projections.image.StoredObject;
import java.nio.file.Path;

/**
 * What the claims of pods are on this node: a folder or file of the machine. hostPath and local volumes are at the
 * path in their PersistentVolume, node-local ones below the node's directory.
 */
public final class ClaimedVolumes {
    /** Marks a resolved volume whose folder the node makes. */
    static final String OWN_FOLDER = "ownFolder";

    private static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");
    private static final ResourceType VOLUMES = ResourceType.core("persistentvolumes");
    private static final String FOLDER_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

    private final Path root;
    private final Lookup objects;

    /** @param root the node's directory */
    public ClaimedVolumes(Path root, Lookup objects) {
        this.root = root.toAbsolutePath().resolve("volumes");
        this.objects = objects;
    }

    /**
     * A volume of a pod with its claim replaced by a {@code hostPath}; all others unchanged.
     *
     * @throws UnresolvedException if the claim is not bound, or the node does not support its volume
     */
    JsonNode resolve(JsonNode pod, JsonNode volume) throws UnresolvedException {
        String claim = claimOf(pod, volume);
        if (claim.isEmpty()) {
            return withoutMark(volume);
        }
        String namespace = pod.path("metadata").path("namespace").asText();
        StoredObject stored = objects.get(ObjectKey.of(CLAIMS, namespace, claim));
        if (stored == null) {
            throw new UnresolvedException("persistentvolumeclaim \"%s\" not found".formatted(claim));
        }
        boolean ephemeral = volume.hasNonNull("ephemeral");
        if (ephemeral
                && !stored.ownerUids().contains(pod.path("metadata").path("uid").asText())) {
            throw new UnresolvedException("PVC %s/%s was not created for pod %s/%s (pod is not owner)"
                    .formatted(
                            namespace,
                            claim,
                            namespace,
                            pod.path("metadata").path("name").asText()));
        }
        JsonNode tree = stored.json().tree();
        String name = tree.path("spec").path("volumeName").asText();
        if (name.isEmpty() || !tree.path("status").path("phase").asText().equals("Bound")) {
            throw new UnresolvedException("error processing PVC %s/%s: PVC is not bound".formatted(namespace, claim));
        }
        StoredObject persistent = objects.get(ObjectKey.clusterScoped(VOLUMES, name));
        if (persistent == null) {
            throw new UnresolvedException(
                    "failed to fetch PV %s: persistentvolume \"%s\" not found".formatted(name, name));
        }
        JsonNode of = persistent.json().tree();
        if (!of.path("spec").path("claimRef").path("uid").asText().equals(stored.uid())) {
            throw new UnresolvedException("PV %s is not bound to the claim %s/%s".formatted(name, namespace, claim));
        }
        ObjectNode resolved =
                Json.MAPPER.createObjectNode().put("name", volume.path("name").asText());
        resolved.set("hostPath", source(of));
        resolved.put("readOnly", readOnly(volume, of));
        return resolved;
    }

    /** The name of the claim of a volume; empty if it has none. An ephemeral volume has one of the pod's and its own name. */
    public static String claimOf(JsonNode pod, JsonNode volume) {
        return volume.hasNonNull("ephemeral")
                ? pod.path("metadata").path("name").asText() + "-"
                        + volume.path("name").asText()
                : volume.path("persistentVolumeClaim").path("claimName").asText();
    }

    private ObjectNode source(JsonNode persistent) throws UnresolvedException {
        JsonNode spec = persistent.path("spec");
        ObjectNode source = Json.MAPPER.createObjectNode();
        if (spec.path("volumeMode").asText().equals("Block")) {
            throw new UnresolvedException("volumeMode Block is not supported by this node");
        }
        if (spec.hasNonNull("hostPath")) {
            return withoutMark(spec).path("hostPath").deepCopy();
        }
        if (spec.hasNonNull("local")) {
            return source.put("path", spec.path("local").path("path").asText()).put("type", "Directory");
        }
        String folder = NodeLocal.folder(persistent);
        if (folder == null) {
            throw new UnresolvedException("this kind of volume is not supported by this node");
        }
        return source.put("path", folder(folder).toString()).put(OWN_FOLDER, true);
    }

    /**
     * The folder of a node-local volume.
     *
     * @throws UnresolvedException if the name is not a plain file name
     */
    Path folder(String name) throws UnresolvedException {
        if (!name.matches(FOLDER_NAME)) {
            throw new UnresolvedException("the volume's handle \"" + name + "\" is not the name of a folder");
        }
        return root.resolve(name);
    }

    /** Only the node itself marks folders as its own, whatever an object says. */
    private static JsonNode withoutMark(JsonNode volume) {
        if (!volume.path("hostPath").has(OWN_FOLDER)) {
            return volume;
        }
        JsonNode copy = volume.deepCopy();
        if (copy.path("hostPath") instanceof ObjectNode source) {
            source.remove(OWN_FOLDER);
        }
        return copy;
    }

    private static boolean readOnly(JsonNode volume, JsonNode persistent) {
        JsonNode modes = persistent.path("spec").path("accessModes");
        boolean onlyRead = modes.size() == 1 && modes.path(0).asText().equals("ReadOnlyMany");
        return onlyRead || volume.path("persistentVolumeClaim").path("readOnly").asBoolean(false);
    }
}
