package io.shiplog.command.kind.core.volume;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.NodeLabels;
import io.shiplog.command.kind.message.UnifiedDiff;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.command.kind.volume.VolumeSpecValidation;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PersistentVolumes: storage of the cluster. */
public final class PersistentVolumeKind implements Kind {
    public static final ResourceType TYPE = ResourceType.core("persistentvolumes");

    /** Removed when the volume is deleted and no claim is bound to it. */
    public static final String PROTECTION = "kubernetes.io/pv-protection";

    private static final String MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options";
    private static final String TRANSITION = "lastPhaseTransitionTime";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Capacity",
                    "capacity is the description of the persistent volume's resources and capacity. More info:"
                            + " https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
                    (volume, now) -> MetaColumns.textOr(Trees.at(volume, "spec", "capacity", "storage"), "0")),
            text(
                    "Access Modes",
                    "accessModes contains all ways the volume can be mounted. More info:"
                            + " https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes",
                    (volume, now) -> VolumeChecks.shortAccessModes(Trees.at(volume, "spec", "accessModes"))),
            text(
                    "Reclaim Policy",
                    "persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim."
                            + " Valid options are Retain (default for manually created PersistentVolumes), Delete (default"
                            + " for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be"
                            + " supported by the volume plugin underlying this PersistentVolume. More info:"
                            + " https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming",
                    (volume, now) -> text(volume, "spec", "persistentVolumeReclaimPolicy")),
            text(
                    "Status",
                    "phase indicates if a volume is available, bound to a claim, or released by a claim. More info:"
                            + " https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase",
                    (volume, now) -> phase(volume)),
            text(
                    "Claim",
                    "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected"
                            + " to be non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More"
                            + " info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding",
                    (volume, now) -> claim(Trees.at(volume, "spec", "claimRef"))),
            text("StorageClass", "StorageClass of the pv", (volume, now) -> VolumeChecks.classOf(volume)),
            text(
                    "VolumeAttributesClass",
                    "VolumeAttributesClass of the pv",
                    (volume, now) -> Trees.at(volume, "spec", "volumeAttributesClassName")
                            .asText(MetaColumns.UNSET)),
            text(
                    "Reason",
                    "reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy"
                            + " display in the CLI.",
                    (volume, now) -> text(volume, "status", "reason")),
            MetaColumns.AGE,
            wide(
                    "VolumeMode",
                    "volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw"
                            + " block state. Value of Filesystem is implied when not included in spec.",
                    (volume, now) -> Trees.at(volume, "spec", "volumeMode").asText(MetaColumns.UNSET)));

    /** Kinds of volumes that a mount option in an annotation may change. */
    private static final List<String> MOUNTABLE = List.of(
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "nfs",
            "rbd",
            "quobyte",
            "iscsi",
            "cinder",
            "cephfs",
            "azureFile",
            "vsphereVolume",
            "azureDisk",
            "photonPersistentDisk");

    private static final Map<String, Map<String, String>> SOURCE_DEFAULTS = Map.of(
            "rbd", Map.of("pool", "rbd", "user", "admin", "keyring", "/etc/ceph/keyring"),
            "iscsi", Map.of("iscsiInterface", "default"),
            "azureDisk", Map.of("cachingMode", "ReadWrite", "fsType", "ext4", "kind", "Shared"),
            "scaleIO", Map.of("storageMode", "ThinProvisioned", "fsType", "xfs"));

    private static String phase(JsonNode volume) {
        return volume.path("metadata").has("deletionTimestamp") ? "Terminating" : text(volume, "status", "phase");
    }

    private static String claim(JsonNode reference) {
        return reference.isObject() ? text(reference, "namespace") + "/" + text(reference, "name") : "";
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "PersistentVolume", "persistentvolumes", Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("pv")
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode volume) {
        ObjectNode spec = Trees.object(volume, "spec");
        Trees.defaultText(spec, "persistentVolumeReclaimPolicy", "Retain");
        if (!spec.has("volumeMode")) {
            spec.put("volumeMode", "Filesystem");
        }
        ResourceLists.round(spec.path("capacity"));
        if (spec.get("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
        SOURCE_DEFAULTS.forEach((kind, fields) -> {
            if (spec.get(kind) instanceof ObjectNode source) {
                fields.forEach((field, value) -> Trees.defaultText(source, field, value));
            }
        });
        if (spec.get("azureDisk") instanceof ObjectNode disk) {
            Trees.defaultBoolean(disk, "readOnly", false);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode volume, DecidedState state) {
        VolumeChecks.protect(volume, PROTECTION);
        volume.putObject("status").put("phase", "Pending").put(TRANSITION, seconds(state.now()));
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode volume, ObjectNode old, DecidedState state) {
        Kind.super.prepareForStatusUpdate(volume, old, state);
        ObjectNode status = Trees.object(volume, "status");
        JsonNode before = old.path("status");
        String since = text(before, TRANSITION);
        boolean samePhase = text(status, "phase").equals(text(before, "phase"));
        if (samePhase && !status.has(TRANSITION) && !since.isEmpty()) {
            status.put(TRANSITION, since);
        } else if (!samePhase
                && (!status.has(TRANSITION) || text(status, TRANSITION).equals(since))) {
            status.put(TRANSITION, seconds(state.now()));
        }
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void validate(ObjectNode volume, FieldErrors errors) {
        VolumeSpecValidation.validate(volume.path("spec"), Trees.name(volume), errors);
        boolean mountable = MOUNTABLE.stream().anyMatch(volume.path("spec")::has);
        if (!mountable
                && Trees.at(volume, "metadata", "annotations", MOUNT_OPTIONS).isTextual()) {
            errors.forbidden(
                    "metadata.annotations." + MOUNT_OPTIONS, "may not specify mount options for this volume type");
        }
    }

    @Override
    public void validateUpdate(ObjectNode volume, ObjectNode old, FieldErrors errors) {
        // Once for the volume and once for its change, as in Kubernetes.
        validate(volume, errors);
        JsonNode spec = volume.path("spec");
        JsonNode before = old.path("spec");
        JsonNode source = VolumeForms.SOURCE.of(withoutNewExpandSecret(spec, before));
        JsonNode sourceBefore = VolumeForms.SOURCE.of(before);
        if (!source.equals(sourceBefore)) {
            errors.forbidden(
                    "spec.persistentvolumesource",
                    "spec.persistentvolumesource is immutable after creation\n" + UnifiedDiff.of(sourceBefore, source));
        }
        Checks.immutable(spec.path("volumeMode"), before.path("volumeMode"), "volumeMode", errors);
        nodeAffinity(spec.path("nodeAffinity"), before.path("nodeAffinity"), errors);
        if (before.path("volumeAttributesClassName").isTextual()
                && !spec.path("volumeAttributesClassName").isTextual()) {
            errors.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
        }
    }

    /** The secret to expand a volume may be given later. */
    private static JsonNode withoutNewExpandSecret(JsonNode spec, JsonNode before) {
        String secret = "controllerExpandSecretRef";
        if (before.path("csi").isObject()
                && !before.path("csi").has(secret)
                && spec.path("csi").has(secret)) {
            ObjectNode without = spec.deepCopy();
            ((ObjectNode) without.path("csi")).remove(secret);
            return without;
        }
        return spec;
    }

    private static void nodeAffinity(JsonNode now, JsonNode before, FieldErrors errors) {
        if (before.isObject() && !NodeLabels.sameOrUpgraded(now, before)) {
            errors.invalid(
                    "nodeAffinity",
                    now.isObject() ? VolumeForms.NODE_AFFINITY.of(now) : NullNode.getInstance(),
                    Checks.IMMUTABLE + ", except for updating from beta label to GA");
        }
    }

    @Override
    public List<String> warnings(ObjectNode volume) {
        List<String> warnings = new ArrayList<>(0);
        JsonNode annotations = Trees.at(volume, "metadata", "annotations");
        if (annotations.has(VolumeChecks.OLD_CLASS)) {
            warnings.add("metadata.annotations[%s]: deprecated since v1.8; use \"storageClassName\" attribute instead"
                    .formatted(VolumeChecks.OLD_CLASS));
        }
        if (annotations.has(MOUNT_OPTIONS)) {
            warnings.add("metadata.annotations[%s]: deprecated since v1.31; use \"mountOptions\" attribute instead"
                    .formatted(MOUNT_OPTIONS));
        }
        JsonNode spec = volume.path("spec");
        if (text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            warnings.add("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the"
                    + " recommended approach is to use dynamic provisioning.");
        }
        NodeLabels.warnOfTerms(
                Trees.at(spec, "nodeAffinity", "required", "nodeSelectorTerms"),
                "spec.nodeAffinity.required.nodeSelectorTerms",
                warnings);
        oldSource(spec, "cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+", warnings);
        oldSource(
                spec,
                "photonPersistentDisk",
                "photonPersistentDisk",
                "deprecated in v1.11, non-functional in v1.16+",
                warnings);
        oldSource(spec, "scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+", warnings);
        oldSource(spec, "storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+", warnings);
        oldSource(spec, "glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+", warnings);
        oldSource(spec, "rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+", warnings);
        return warnings;
    }

    private static void oldSource(JsonNode spec, String field, String shown, String since, List<String> warnings) {
        if (spec.path(field).isObject()) {
            warnings.add("spec." + shown + ": " + since);
        }
    }
}
