package io.shiplog.command.control.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.ClaimView;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.StorageClassView;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.control.view.VolumeView;
import io.shiplog.command.control.view.VolumeView.ClaimRef;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Binds claims to volumes, and keeps the phases of both. One step at a time: first the volume names its claim, then the claim its
 * volume, then both say that they are bound; so two claims never share a volume.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/persistentvolume/pv_controller.go">pv_controller.go</a>
 */
public final class ClaimBinder implements Controller {
    private static final String NAME = "persistentvolume-controller";
    private static final List<String> PROVISIONER_ANNOTATIONS =
            List.of("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner");

    @Override
    public String name() {
        return "persistent-volume-binder";
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        List<ObjectKey> keys = new ArrayList<>();
        image.list(Types.CLAIMS).forEach(claim -> keys.add(claim.key()));
        image.list(Types.VOLUMES).forEach(volume -> keys.add(volume.key()));
        return keys;
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.CLAIMS)) {
            replan.accept(key);
            ClaimView claim = ClaimView.of(change.after());
            if (!claim.volume().isEmpty()) {
                replan.accept(ObjectKey.clusterScoped(Types.VOLUMES, claim.volume()));
            } else if (change.removes()) {
                // A volume may name it already.
                image.list(Types.VOLUMES).stream()
                        .filter(volume -> VolumeView.of(volume).isOf(claim))
                        .forEach(volume -> replan.accept(volume.key()));
            }
        } else if (key.type().equals(Types.VOLUMES)) {
            replan.accept(key);
            byVolume(change.before(), replan);
            byVolume(change.after(), replan);
            if (change.removes() || VolumeView.of(change.after()).claim() == null) {
                unbound(image, replan);
            }
        } else if (key.type().equals(Types.STORAGE_CLASSES)) {
            unbound(image, replan);
        }
    }

    private static void byVolume(@Nullable StoredObject volume, Consumer<ObjectKey> replan) {
        ClaimRef claim = volume == null ? null : VolumeView.of(volume).claim();
        if (claim != null) {
            replan.accept(ObjectKey.of(Types.CLAIMS, claim.namespace(), claim.name()));
        }
    }

    private static void unbound(Image image, Consumer<ObjectKey> replan) {
        image.list(Types.CLAIMS).stream()
                .filter(claim -> !ClaimView.of(claim).bound())
                .forEach(claim -> replan.accept(claim.key()));
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject object = image.get(key);
        if (object == null) {
            return Plan.NOTHING;
        }
        return Plan.of(
                key.type().equals(Types.CLAIMS)
                        ? ofClaim(image, object, ClaimView.of(object), now)
                        : ofVolume(image, object, VolumeView.of(object)));
    }

    // ---- claims ----

    private static List<Step> ofClaim(Image image, StoredObject object, ClaimView claim, Instant now) {
        StoredObject named =
                claim.volume().isEmpty() ? null : image.get(ObjectKey.clusterScoped(Types.VOLUMES, claim.volume()));
        if (claim.bindCompleted()) {
            return ofBound(object, claim, named);
        }
        if (claim.deleting()) {
            return List.of();
        }
        if (!claim.volume().isEmpty()) {
            return ofNamed(image, object, claim, named, now);
        }
        StorageClassView storageClass = storageClass(image, claim);
        boolean waits = storageClass != null && storageClass.waits();
        VolumeView found = VolumeView.best(
                claim,
                image.list(Types.VOLUMES).stream().map(VolumeView::of).filter(volume -> !waits || volume.isOf(claim)));
        StoredObject volume = found == null ? null : image.get(ObjectKey.clusterScoped(Types.VOLUMES, found.name()));
        return volume == null ? waiting(image, object, claim, storageClass, now) : bind(object, claim, volume);
    }

    private static @Nullable StorageClassView storageClass(Image image, ClaimView claim) {
        StoredObject storageClass = claim.storageClass().isEmpty()
                ? null
                : image.get(ObjectKey.clusterScoped(Types.STORAGE_CLASSES, claim.storageClass()));
        return storageClass == null ? null : StorageClassView.of(storageClass);
    }

    /** Says why the claim waits, and asks its provisioner for a volume. */
    private static List<Step> waiting(
            Image image, StoredObject object, ClaimView claim, @Nullable StorageClassView storageClass, Instant now) {
        if (claim.storageClass().isEmpty()) {
            return OnceEvent.of(
                    image,
                    normal(
                            object,
                            "FailedBinding",
                            "no persistent volumes available for this claim and no storage class is set"),
                    now);
        }
        if (storageClass == null) {
            return OnceEvent.of(
                    image,
                    warning(
                            object,
                            "ProvisioningFailed",
                            "storageclass.storage.k8s.io \"%s\" not found".formatted(claim.storageClass())),
                    now);
        }
        if (storageClass.waits() && claim.selectedNode().isEmpty()) {
            return OnceEvent.of(
                    image,
                    normal(object, "WaitForFirstConsumer", "waiting for first consumer to be created before binding"),
                    now);
        }
        String provisioner = storageClass.provisioner();
        if (provisioner.equals(StorageClassView.NO_PROVISIONER)) {
            return List.of();
        }
        JsonNode annotations = object.json().tree().path("metadata").path("annotations");
        if (PROVISIONER_ANNOTATIONS.stream()
                .allMatch(each -> annotations.path(each).asText().equals(provisioner))) {
            return List.of();
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        PROVISIONER_ANNOTATIONS.forEach(
                each -> patch.withObject("/metadata/annotations").put(each, provisioner));
        return List.of(Step.of(
                Edits.patch(object, patch),
                normal(
                        object,
                        "ExternalProvisioning",
                        "Waiting for a volume to be created either by the external provisioner '%s' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
                                .formatted(provisioner))));
    }

    /** A claim that a user gave a volume. */
    private static List<Step> ofNamed(
            Image image, StoredObject object, ClaimView claim, @Nullable StoredObject named, Instant now) {
        if (named == null) {
            return List.of();
        }
        VolumeView volume = VolumeView.of(named);
        if (volume.isOf(claim)) {
            return bind(object, claim, named);
        }
        if (volume.claim() != null) {
            return List.of();
        }
        return volume.satisfies(claim)
                ? bind(object, claim, named)
                : OnceEvent.of(
                        image,
                        warning(
                                object,
                                "VolumeMismatch",
                                "Cannot bind to requested volume \"%s\": %s"
                                        .formatted(volume.name(), mismatch(volume, claim))),
                        now);
    }

    private static String mismatch(VolumeView volume, ClaimView claim) {
        if (volume.has().capacity().compareTo(claim.size()) < 0) {
            return "requested PV is too small";
        }
        if (!volume.has().storageClass().equals(claim.storageClass())) {
            return "storageClassName does not match";
        }
        if (!volume.has().volumeMode().equals(claim.volumeMode())) {
            return "incompatible volumeMode";
        }
        return volume.has().accessModes().containsAll(claim.accessModes())
                ? "VolumeAttributesClassName does not match"
                : "incompatible accessMode";
    }

    /** The next step towards a bound pair: the volume's, then the claim's. */
    private static List<Step> bind(StoredObject object, ClaimView claim, StoredObject stored) {
        VolumeView volume = VolumeView.of(stored);
        ClaimRef reference = volume.claim();
        if (reference == null || reference.uid().isEmpty()) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            if (reference == null) {
                patch.withObject("/metadata/annotations").put(ClaimView.BOUND_BY_CONTROLLER, "yes");
            }
            patch.putObject("spec").set("claimRef", reference(object));
            return List.of(Step.of(Edits.patchUnchanged(stored, patch)));
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ObjectNode annotations = patch.withObject("/metadata/annotations").put(ClaimView.BIND_COMPLETED, "yes");
        if (claim.volume().isEmpty()) {
            annotations.put(ClaimView.BOUND_BY_CONTROLLER, "yes");
        }
        patch.putObject("spec").put("volumeName", volume.name());
        return List.of(Step.of(Edits.patchUnchanged(object, patch)));
    }

    /** {@code spec.claimRef} of a claim's volume. */
    static ObjectNode reference(StoredObject claim) {
        return Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", claim.key().namespace())
                .put("name", claim.key().name())
                .put("uid", claim.uid())
                .put("resourceVersion", Long.toString(claim.revision()));
    }

    /** A claim that has been bound keeps its volume, or is lost with it. */
    private static List<Step> ofBound(StoredObject object, ClaimView claim, @Nullable StoredObject named) {
        if (claim.volume().isEmpty()) {
            return lost(
                    object,
                    "ClaimLost",
                    "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        }
        if (named == null) {
            return lost(object, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        }
        VolumeView volume = VolumeView.of(named);
        ClaimRef reference = volume.claim();
        if (reference == null && claim.deleting()) {
            return List.of();
        }
        if (reference == null && claim.phase().equals("Bound")) {
            return bind(object, claim, named); // the volume came unbound
        }
        if (reference == null) {
            // A user can write the annotation. Only the status, which users do not write, says that this claim had the
            // volume.
            return lost(
                    object,
                    "ClaimMisbound",
                    "The claim says that it is bound to volume \"%s\", which names no claim".formatted(volume.name()));
        }
        if (!reference.uid().equals(claim.uid())) {
            return lost(
                    object, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        }
        JsonNode tree = object.json().tree();
        ObjectNode status = StatusChange.copyOf(tree.path("status"));
        boolean fresh = !claim.phase().equals("Bound");
        status.put("phase", "Bound");
        if (fresh || !status.has("capacity")) {
            JsonNode spec = named.json().tree().path("spec");
            status.set("accessModes", spec.path("accessModes"));
            status.set("capacity", spec.path("capacity"));
        }
        return change(object, tree.path("status"), status, null);
    }

    private static List<Step> lost(StoredObject object, String reason, String message) {
        JsonNode old = object.json().tree().path("status");
        ObjectNode status = Json.MAPPER.createObjectNode().put("phase", "Lost");
        return change(object, old, status, warning(object, reason, message));
    }

    private static List<Step> change(
            StoredObject object, JsonNode old, ObjectNode status, @Nullable ObjectEvent event) {
        Command change = StatusChange.of(object, old, status);
        return change == null ? List.of() : List.of(Step.of(change, event));
    }

    // ---- volumes ----

    private static List<Step> ofVolume(Image image, StoredObject object, VolumeView volume) {
        ClaimRef reference = volume.claim();
        if (reference == null || reference.uid().isEmpty()) {
            return phase(object, volume, "Available", "", null);
        }
        StoredObject stored = image.get(ObjectKey.of(Types.CLAIMS, reference.namespace(), reference.name()));
        if (stored == null || !stored.uid().equals(reference.uid())) {
            return released(object, volume);
        }
        ClaimView claim = ClaimView.of(stored);
        if (claim.volume().equals(volume.name())) {
            return claim.bindCompleted() ? phase(object, volume, "Bound", "", null) : List.of();
        }
        return claim.volume().isEmpty() ? List.of() : unbind(object, volume);
    }

    /** Its claim has another volume. One that was made for it goes, as if the claim were gone. */
    private static List<Step> unbind(StoredObject object, VolumeView volume) {
        if (!volume.provisioner().isEmpty() && volume.reclaim().equals("Delete")) {
            return released(object, volume);
        }
        if (!volume.boundByController()) {
            return List.of();
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.withObject("/metadata/annotations").putNull(ClaimView.BOUND_BY_CONTROLLER);
        patch.putObject("spec").putNull("claimRef");
        return List.of(Step.of(Edits.patchUnchanged(object, patch)));
    }

    /** Its claim is gone: what the reclaim policy says happens next. A provisioner deletes what it made. */
    private static List<Step> released(StoredObject object, VolumeView volume) {
        if (!volume.phase().equals("Released") && !volume.phase().equals("Failed")) {
            return phase(object, volume, "Released", "", null);
        }
        return switch (volume.reclaim()) {
            case "Recycle" -> failed(object, volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
            case "Delete" ->
                volume.provisioner().isEmpty()
                        ? failed(
                                object,
                                volume,
                                "VolumeFailedDelete",
                                "Error getting deleter volume plugin for volume \"%s\": no deletable volume plugin matched"
                                        .formatted(volume.name()))
                        : List.of();
            default -> List.of();
        };
    }

    private static List<Step> failed(StoredObject object, VolumeView volume, String reason, String message) {
        return phase(object, volume, "Failed", message, warning(object, reason, message));
    }

    private static List<Step> phase(
            StoredObject object, VolumeView volume, String phase, String message, @Nullable ObjectEvent event) {
        if (volume.phase().equals(phase)) {
            return List.of();
        }
        ObjectNode status = Json.MAPPER.createObjectNode().put("phase", phase);
        if (message.isEmpty()) {
            status.putNull("message");
        } else {
            status.put("message", message);
        }
        return List.of(Step.of(Edits.patchStatus(object, status), event));
    }

    private static ObjectEvent normal(StoredObject object, String reason, String message) {
        return ObjectEvent.normal(Regarding.object(object.json().tree()), reason, message, NAME);
    }

    private static ObjectEvent warning(StoredObject object, String reason, String message) {
        return ObjectEvent.warning(Regarding.object(object.json().tree()), reason, message, NAME);
    }
}
