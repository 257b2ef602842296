package io.shiplog.command.kind.core.volume;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.quota.LimitRanges;
import io.shiplog.command.kind.message.UnifiedDiff;
import io.shiplog.command.kind.storage.StorageClassKind;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** PersistentVolumeClaims: what a namespace wants of the cluster's storage. */
public final class PersistentVolumeClaimKind implements Kind {
    public static final ResourceType TYPE = ResourceType.core("persistentvolumeclaims");

    /** Removed when the claim is deleted and no pod uses it. */
    public static final String PROTECTION = "kubernetes.io/pvc-protection";

    private static final String SOURCE = "dataSource";
    private static final String SOURCE_REFERENCE = "dataSourceRef";
    private static final List<String> RESIZE_STATUSES = List.of(
            "ControllerResizeInProgress",
            "ControllerResizeInfeasible",
            "NodeResizePending",
            "NodeResizeInProgress",
            "NodeResizeInfeasible");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Status",
                    "phase represents the current phase of PersistentVolumeClaim.",
                    (claim, now) -> claim.path("metadata").has("deletionTimestamp")
                            ? "Terminating"
                            : text(claim, "status", "phase")),
            text(
                    "Volume",
                    "volumeName is the binding reference to the PersistentVolume backing this claim.",
                    (claim, now) -> text(claim, "spec", "volumeName")),
            text(
                    "Capacity",
                    "capacity represents the actual resources of the underlying volume.",
                    (claim, now) -> isBound(claim)
                            ? MetaColumns.textOr(Trees.at(claim, "status", "capacity", "storage"), "0")
                            : ""),
            text(
                    "Access Modes",
                    "accessModes contains the actual access modes the volume backing the PVC has. More info:"
                            + " https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1",
                    (claim, now) -> isBound(claim)
                            ? VolumeChecks.shortAccessModes(Trees.at(claim, "status", "accessModes"))
                            : ""),
            text("StorageClass", "StorageClass of the pvc", (claim, now) -> VolumeChecks.classOf(claim)),
            text(
                    "VolumeAttributesClass",
                    "VolumeAttributesClass of the pvc",
                    (claim, now) ->
                            Trees.at(claim, "spec", "volumeAttributesClassName").asText(MetaColumns.UNSET)),
            MetaColumns.AGE,
            wide(
                    "VolumeMode",
                    "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not"
                            + " included in claim spec.",
                    (claim, now) -> Trees.at(claim, "spec", "volumeMode").asText(MetaColumns.UNSET)));

    private static boolean isBound(JsonNode claim) {
        return !text(claim, "spec", "volumeName").isEmpty();
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("pvc")
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
    public void setDefaults(ObjectNode claim) {
        setSpecDefaults(Trees.object(claim, "spec"));
    }

    /** The defaults of a claim's spec, on its own or in a template. */
    public static void setSpecDefaults(ObjectNode spec) {
        if (!spec.has("volumeMode")) {
            spec.put("volumeMode", "Filesystem");
        }
        ResourceLists.round(Trees.at(spec, "resources", "limits"));
        ResourceLists.round(Trees.at(spec, "resources", "requests"));
    }

    @Override
    public void prepareForCreate(ObjectNode claim, DecidedState state) {
        ObjectNode spec = Trees.object(claim, "spec");
        boolean classed = spec.has("storageClassName")
                || Trees.at(claim, "metadata", "annotations", VolumeChecks.OLD_CLASS)
                        .isTextual();
        String byDefault = classed ? "" : StorageClassKind.byDefault(state);
        if (!byDefault.isEmpty()) {
            spec.put("storageClassName", byDefault);
        }
        VolumeChecks.protect(claim, PROTECTION);
        dropForeignSources(spec, null);
        claim.putObject("status").put("phase", "Pending");
    }

    @Override
    public void prepareForUpdate(ObjectNode claim, ObjectNode old, DecidedState state) {
        Kind.super.prepareForUpdate(claim, old, state);
        dropForeignSources(Trees.object(claim, "spec"), old.path("spec"));
    }

    /**
     * The old field for a source takes only claims and snapshots; the new field takes the same value. Sources of other
     * namespaces are not enabled in Kubernetes either.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#data-source-references">Data source
     *     references</a>
     */
    private static void dropForeignSources(ObjectNode spec, @Nullable JsonNode before) {
        boolean referred = before != null && before.has(SOURCE_REFERENCE);
        if (!referred && !text(spec, SOURCE_REFERENCE, "namespace").isEmpty()) {
            spec.remove(SOURCE_REFERENCE);
        }
        boolean sourced = referred || before != null && before.has(SOURCE);
        if (!sourced && !spec.has(SOURCE_REFERENCE) && !isClaimOrSnapshot(spec.path(SOURCE))) {
            spec.remove(SOURCE);
        }
        if (spec.has(SOURCE) && !spec.has(SOURCE_REFERENCE)) {
            spec.set(SOURCE_REFERENCE, spec.get(SOURCE).deepCopy());
        } else if (spec.has(SOURCE_REFERENCE)
                && !spec.has(SOURCE)
                && text(spec, SOURCE_REFERENCE, "namespace").isEmpty()) {
            spec.set(SOURCE, spec.get(SOURCE_REFERENCE).deepCopy());
        }
    }

    private static boolean isClaimOrSnapshot(JsonNode source) {
        String kind = text(source, "kind");
        return switch (text(source, "apiGroup")) {
            case "" -> kind.equals("PersistentVolumeClaim");
            case "snapshot.storage.k8s.io" -> kind.equals("VolumeSnapshot");
            default -> false;
        };
    }

    /** Within the bounds of its namespace; only a bound claim of a class that allows it grows. */
    @Override
    public @Nullable Refusal admitValid(ObjectNode claim, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        ObjectKey key = ObjectKey.of(TYPE, Trees.namespace(claim), Trees.name(claim));
        boolean deleting = old != null && old.path("metadata").has("deletionTimestamp");
        Refusal refusal = deleting ? null : LimitRanges.admitClaim(claim, key, state);
        if (refusal != null || old == null || requested(claim).compareTo(requested(old)) <= 0) {
            return refusal;
        }
        if (!text(old, "status", "phase").equals("Bound")) {
            return Refusal.forbidden(key, "Only bound persistent volume claims can be expanded");
        }
        String name = VolumeChecks.classOf(claim);
        StoredObject storageClass = name.isEmpty() || !name.equals(VolumeChecks.classOf(old))
                ? null
                : state.get(ObjectKey.clusterScoped(StorageClassKind.TYPE, name));
        boolean expands = storageClass != null
                && storageClass.json().tree().path("allowVolumeExpansion").asBoolean();
        return expands
                ? null
                : Refusal.forbidden(
                        key,
                        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                                + " support resize");
    }

    private static Quantity requested(JsonNode claim) {
        return ResourceLists.amount(Trees.at(claim, "spec", "resources", "requests"), "storage");
    }

    @Override
    public void validate(ObjectNode claim, FieldErrors errors) {
        ClaimSpecValidation.validate(claim.path("spec"), "spec", errors);
    }

    @Override
    public void validateUpdate(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        annotation(claim, old, errors);
        JsonNode shown = VolumeForms.CLAIM.of(comparable(claim, old));
        JsonNode before = VolumeForms.CLAIM.of(old.path("spec"));
        if (!shown.equals(before)) {
            errors.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims\n" + UnifiedDiff.of(before, shown));
        }
        Quantity size = requested(claim);
        if (size.compareTo(requested(old)) < 0
                && size.compareTo(ResourceLists.amount(Trees.at(old, "status", "capacity"), "storage")) <= 0) {
            errors.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
        Checks.immutable(
                Trees.at(claim, "spec", "volumeMode"), Trees.at(old, "spec", "volumeMode"), "volumeMode", errors);
        attributesClass(Trees.at(claim, "spec", "volumeAttributesClassName"), old, errors);
    }

    /** The spec with everything that may change as it was before. */
    private static ObjectNode comparable(ObjectNode claim, ObjectNode old) {
        ObjectNode spec = claim.path("spec").deepCopy();
        JsonNode before = old.path("spec");
        if (text(before, "volumeName").isEmpty()) {
            spec.remove("volumeName");
        }
        JsonNode storageClass = spec.path("storageClassName");
        JsonNode annotated = Trees.at(old, "metadata", "annotations", VolumeChecks.OLD_CLASS);
        boolean classGiven =
                storageClass.isTextual() && !before.path("storageClassName").isTextual();
        if (classGiven && (!annotated.isTextual() || annotated.equals(storageClass))) {
            spec.remove("storageClassName");
        }
        if (text(claim, "status", "phase").equals("Bound")) {
            JsonNode size = Trees.at(before, "resources", "requests", "storage");
            if (Trees.at(spec, "resources", "requests") instanceof ObjectNode requests) {
                requests.set("storage", size);
            }
            spec.remove("volumeAttributesClassName");
            if (before.has("volumeAttributesClassName")) {
                spec.set("volumeAttributesClassName", before.get("volumeAttributesClassName"));
            }
        }
        return spec;
    }

    private static void annotation(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        String now = text(claim, "metadata", "annotations", VolumeChecks.OLD_CLASS);
        String before = text(old, "metadata", "annotations", VolumeChecks.OLD_CLASS);
        boolean movedToField = !before.isEmpty()
                && !old.path("spec").has("storageClassName")
                && text(claim, "spec", "storageClassName").equals(before)
                && now.isEmpty();
        if (!now.equals(before) && !movedToField) {
            errors.invalid("metadata.annotations." + VolumeChecks.OLD_CLASS, now, Checks.IMMUTABLE);
        }
    }

    private static void attributesClass(JsonNode now, ObjectNode old, FieldErrors errors) {
        JsonNode before = Trees.at(old, "spec", "volumeAttributesClassName");
        if (now.equals(before)
                || !Trees.at(old, "status", "currentVolumeAttributesClassName").isTextual()) {
            return;
        }
        if (!now.isTextual() || now.asText().isEmpty()) {
            errors.forbidden(
                    "spec.volumeAttributesClassName",
                    "update to %s is forbidden when status.currentVolumeAttributesClassName is not nil"
                            .formatted(now.isTextual() ? "empty string" : "nil"));
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        JsonNode status = claim.path("status");
        ResourceLists.of(status.path("capacity"))
                .forEach((name, amount) -> notNegative(amount, "status.capacity[" + name + "]", errors));
        status.path("allocatedResourceStatuses").properties().forEach(each -> {
            resourceName(each.getKey(), "status.allocatedResourceStatuses", errors);
            if (!RESIZE_STATUSES.contains(each.getValue().asText())) {
                errors.notSupported(
                        "status.allocatedResourceStatuses",
                        each.getKey(),
                        RESIZE_STATUSES.stream().sorted().toList());
            }
        });
        ResourceLists.of(status.path("allocatedResources")).forEach((name, amount) -> {
            if (resourceName(name, "status.allocatedResources", errors)) {
                notNegative(amount, "status.allocatedResources[" + name + "]", errors);
            }
        });
    }

    private static void notNegative(Quantity amount, String path, FieldErrors errors) {
        if (amount.longValue() < 0) {
            errors.invalid(path, amount.longValue(), "must be a valid resource quantity");
        }
    }

    private static boolean resourceName(String name, String path, FieldErrors errors) {
        List<String> wrong = Names.qualified(name);
        Checks.each(wrong, path, name, errors);
        boolean isNative = !name.contains("/") || name.contains("kubernetes.io/");
        boolean known = !isNative || name.equals("storage");
        if (wrong.isEmpty() && !known) {
            errors.notSupported(path, name, List.of("storage"));
        }
        return wrong.isEmpty() && known;
    }

    @Override
    public List<String> warnings(ObjectNode claim) {
        List<String> warnings = new ArrayList<>(0);
        if (Trees.at(claim, "metadata", "annotations").has(VolumeChecks.OLD_CLASS)) {
            warnings.add("metadata.annotations[%s]: deprecated since v1.8; use \"storageClassName\" attribute instead"
                    .formatted(VolumeChecks.OLD_CLASS));
        }
        for (String side : List.of("requests", "limits")) {
            Quantity amount = ResourceLists.amount(Trees.at(claim, "spec", "resources", side), "storage");
            if (amount.milliValue() % 1000 != 0) {
                warnings.add("spec.resources.%s[storage]: fractional byte value \"%s\" is invalid, must be an integer"
                        .formatted(side, amount));
            }
        }
        return warnings;
    }
}
