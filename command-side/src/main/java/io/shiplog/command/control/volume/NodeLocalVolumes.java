package io.shiplog.command.control.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.command.control.view.VolumeView.ClaimRef;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.events.volume.NodeLocal;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The provisioner of node-local volumes: a folder on the node that the scheduler chose. It makes and deletes the PersistentVolume; the
 * node makes and removes the folder. As long as there are nodes there is a StorageClass for it.
 *
 * @see NodeLocal
 */
public final class NodeLocalVolumes implements Controller {
    private static final String NAME = NodeLocal.DRIVER;
    private static final Set<String> ACCESS_MODES = Set.of("ReadWriteOnce", "ReadWriteOncePod");
    private static final ObjectKey CLASS = ObjectKey.clusterScoped(Types.STORAGE_CLASSES, NodeLocal.STORAGE_CLASS);
    private static final String HOSTNAME = "kubernetes.io/hostname";

    @Override
    public String name() {
        return "node-local-provisioner";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        List<ObjectKey> keys = new ArrayList<>(List.of(CLASS));
        image.list(Types.CLAIMS).forEach(claim -> keys.add(claim.key()));
        image.list(Types.VOLUMES).stream()
                .filter(volume -> isOurs(VolumeView.of(volume)))
                .forEach(volume -> keys.add(volume.key()));
        return keys;
    }

    private static boolean isOurs(VolumeView volume) {
        return volume.provisioner().equals(NodeLocal.DRIVER);
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.CLAIMS)) {
            replan.accept(key);
        } else if (key.type().equals(Types.VOLUMES) && isOurs(VolumeView.of(change.after()))) {
            replan.accept(key);
            ClaimRef claim = VolumeView.of(change.after()).claim();
            if (claim != null) {
                replan.accept(ObjectKey.of(Types.CLAIMS, claim.namespace(), claim.name()));
            }
        } else if (key.type().equals(Types.STORAGE_CLASSES)
                || key.type().equals(Types.NODES) && (change.before() == null || change.removes())) {
            keys(image).forEach(replan);
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject object = image.get(key);
        if (key.equals(CLASS)) {
            return object == null && !image.list(Types.NODES).isEmpty()
                    ? Plan.of(Step.of(Edits.create(Types.STORAGE_CLASSES, "", storageClass())))
                    : Plan.NOTHING;
        }
        if (object == null) {
            return Plan.NOTHING;
        }
        return Plan.of(
                key.type().equals(Types.VOLUMES)
                        ? ofVolume(image, object, VolumeView.of(object))
                        : ofClaim(image, object, ClaimView.of(object), now));
    }

    private static ObjectNode storageClass() {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "storage.k8s.io/v1")
                .put("kind", "StorageClass");
        ObjectNode metadata = body.putObject("metadata").put("name", NodeLocal.STORAGE_CLASS);
        metadata.putObject("annotations").put("storageclass.kubernetes.io/is-default-class", "true");
        return body.put("provisioner", NodeLocal.DRIVER)
                .put("reclaimPolicy", "Delete")
                .put("volumeBindingMode", "WaitForFirstConsumer")
                .put("allowVolumeExpansion", true);
    }

    // ---- claims ----

    private static List<Step> ofClaim(Image image, StoredObject object, ClaimView claim, Instant now) {
        if (claim.deleting()) {
            return List.of();
        }
        if (claim.bound()) {
            return expand(image, object, claim);
        }
        StoredObject stored = claim.storageClass().isEmpty()
                ? null
                : image.get(ObjectKey.clusterScoped(Types.STORAGE_CLASSES, claim.storageClass()));
        StorageClassView storageClass = stored == null ? null : StorageClassView.of(stored);
        if (!claim.volume().isEmpty()
                || storageClass == null
                || !storageClass.provisioner().equals(NodeLocal.DRIVER)) {
            return List.of();
        }
        String refused = refused(claim, storageClass);
        if (refused != null) {
            return OnceEvent.of(image, warning(object, "ProvisioningFailed", refused), now);
        }
        ObjectKey key = ObjectKey.clusterScoped(Types.VOLUMES, "pvc-" + claim.uid());
        if (claim.selectedNode().isEmpty() || image.get(key) != null) {
            return List.of();
        }
        StoredObject node = image.get(ObjectKey.clusterScoped(Types.NODES, claim.selectedNode()));
        if (node == null) {
            return List.of(Step.of(Edits.patch(object, withoutNode())));
        }
        return List.of(Step.of(
                Edits.create(Types.VOLUMES, "", volume(key.name(), object, storageClass, node)),
                normal(
                        object,
                        "ProvisioningSucceeded",
                        "Successfully provisioned volume %s: a folder of node %s, whose size is not enforced"
                                .formatted(key.name(), claim.selectedNode()))));
    }

    /** The scheduler chooses another node. */
    private static ObjectNode withoutNode() {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.withObject("/metadata/annotations").putNull(ClaimView.SELECTED_NODE);
        return patch;
    }

    private static @Nullable String refused(ClaimView claim, StorageClassView storageClass) {
        String begin = "failed to provision volume with StorageClass \"%s\": ".formatted(storageClass.name());
        if (!storageClass.waits()) {
            return begin + "a node-local volume needs volumeBindingMode WaitForFirstConsumer";
        }
        if (!claim.volumeMode().equals("Filesystem")) {
            return begin + "a node-local volume is a file system, not a block device";
        }
        return ACCESS_MODES.containsAll(claim.accessModes())
                ? null
                : begin + "a node-local volume supports only ReadWriteOnce and ReadWriteOncePod";
    }

    private static ObjectNode volume(
            String name, StoredObject claim, StorageClassView storageClass, StoredObject node) {
        JsonNode asked = claim.json().tree().path("spec");
        ObjectNode body = Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "PersistentVolume");
        ObjectNode metadata = body.putObject("metadata").put("name", name);
        metadata.putObject("annotations").put(VolumeView.PROVISIONED_BY, NodeLocal.DRIVER);
        metadata.putArray("finalizers").add(NodeLocal.FINALIZER);
        ObjectNode spec = body.putObject("spec");
        spec.putObject("capacity")
                .set("storage", asked.path("resources").path("requests").path("storage"));
        spec.set("accessModes", asked.path("accessModes"));
        spec.set("claimRef", ClaimBinder.reference(claim));
        spec.put("persistentVolumeReclaimPolicy", storageClass.reclaim());
        spec.put("storageClassName", storageClass.name());
        spec.put("volumeMode", "Filesystem");
        spec.putObject("csi").put("driver", NodeLocal.DRIVER).put("volumeHandle", name);
        spec.putObject("nodeAffinity")
                .putObject("required")
                .putArray("nodeSelectorTerms")
                .addObject()
                .putArray("matchExpressions")
                .addObject()
                .put("key", HOSTNAME)
                .put("operator", "In")
                .putArray("values")
                .add(node.labels().getOrDefault(HOSTNAME, node.key().name()));
        return body;
    }

    /** A folder grows by its numbers alone: first the volume, then the claim says so. */
    private static List<Step> expand(Image image, StoredObject object, ClaimView claim) {
        StoredObject stored = image.get(ObjectKey.clusterScoped(Types.VOLUMES, claim.volume()));
        VolumeView volume = stored == null ? null : VolumeView.of(stored);
        if (stored == null
                || volume == null
                || !isOurs(volume)
                || !claim.phase().equals("Bound")) {
            return List.of();
        }
        if (volume.has().capacity().compareTo(claim.size()) < 0) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.withObject("/spec/capacity").put("storage", claim.size().toString());
            return List.of(Step.of(Edits.patch(stored, patch)));
        }
        JsonNode capacity = object.json().tree().path("status").path("capacity").path("storage");
        String grown = volume.has().capacity().toString();
        if (capacity.asText().equals(grown) || capacity.isMissingNode()) {
            return List.of();
        }
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.putObject("capacity").put("storage", grown);
        return List.of(Step.of(
                Edits.patchStatus(object, status),
                normal(object, "VolumeResizeSuccessful", "Resize volume succeeded")));
    }

    // ---- volumes ----

    /** Deletes a volume whose claim is gone; on a node that is gone there is no folder to remove. */
    private static List<Step> ofVolume(Image image, StoredObject object, VolumeView volume) {
        if (!volume.deleting()) {
            return volume.phase().equals("Released") && volume.reclaim().equals("Delete")
                    ? List.of(Step.of(Edits.delete(object, Propagation.BACKGROUND)))
                    : List.of();
        }
        boolean reachable = image.list(Types.NODES).stream()
                .anyMatch(node -> volume.reachableFrom(node.key().name(), node.labels()));
        ObjectNode patch = NodeLocal.withoutFinalizer(object.json().tree());
        return reachable || patch == null || volume.phase().equals("Bound")
                ? List.of()
                : List.of(Step.of(Edits.patchUnchanged(object, patch)));
    }

    private static ObjectEvent normal(StoredObject object, String reason, String message) {
        return ObjectEvent.normal(Regarding.object(object.json().tree()), reason, message, NAME);
    }

    private static ObjectEvent warning(StoredObject object, String reason, String message) {
        return ObjectEvent.warning(Regarding.object(object.json().tree()), reason, message, NAME);
    }
}
