package io.shiplog.command.kind.volume;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.SchedulingValidation;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/**
 * The spec of a persistent volume, on its own or inline in an attachment.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">
 *     ValidatePersistentVolumeSpec</a>
 */
public final class VolumeSpecValidation {
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");
    private static final String NOT_INLINE = "may not be specified in the context of inline volumes";

    private final JsonNode spec;
    private final boolean inline;
    private final String path;
    private final FieldErrors errors;

    private VolumeSpecValidation(JsonNode spec, boolean inline, String path, FieldErrors errors) {
        this.spec = spec;
        this.inline = inline;
        this.path = path;
        this.errors = errors;
    }

    /** The spec of the volume with this name. */
    public static void validate(JsonNode spec, String name, FieldErrors errors) {
        new VolumeSpecValidation(spec, false, "spec", errors).validate(name);
    }

    /** A spec without an object of its own. */
    public static void validateInline(JsonNode spec, String path, FieldErrors errors) {
        new VolumeSpecValidation(spec, true, path, errors).validate("");
    }

    private String at(String field) {
        return path + "." + field;
    }

    private void validate(String name) {
        if (inline) {
            inlineOnly();
        }
        VolumeChecks.accessModes(spec.path("accessModes"), at("accessModes"), "", errors);
        VolumeChecks.knownAccessModes(spec.path("accessModes"), at("accessModes"), errors);
        if (!inline) {
            capacity();
        }
        reclaimPolicy();
        nodeAffinity();
        sources(name);
        String hostPath = text(spec, "hostPath", "path");
        if (!hostPath.isEmpty()
                && isRoot(hostPath)
                && text(spec, "persistentVolumeReclaimPolicy").equals("Recycle")) {
            errors.forbidden(at("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }
        storageClass();
        volumeMode();
        attributesClass();
    }

    private static boolean isRoot(String hostPath) {
        return List.of(hostPath.split("/")).stream().allMatch(part -> part.isEmpty() || part.equals("."));
    }

    private void inlineOnly() {
        if (spec.path("claimRef").isObject()) {
            errors.forbidden(at("claimRef"), NOT_INLINE);
        }
        if (!spec.path("capacity").isEmpty()) {
            errors.forbidden(at("capacity"), NOT_INLINE);
        }
        if (!spec.path("csi").isObject()) {
            errors.required(at("csi"), "has to be specified in the context of inline volumes");
        }
    }

    private void capacity() {
        JsonNode capacity = spec.path("capacity");
        if (capacity.isEmpty()) {
            errors.required(at("capacity"), "");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            errors.notSupported(
                    at("capacity"), capacity.isObject() ? capacity : NullNode.getInstance(), List.of("storage"));
        }
        capacity.properties().forEach(amount -> {
            String field = at("capacity[" + amount.getKey() + "]");
            Quantity quantity = Quantity.parseOrNull(amount.getValue().asText());
            if (quantity != null && quantity.longValue() < 0) {
                errors.invalid(field, quantity.longValue(), "must be a valid resource quantity");
            }
            Checks.positiveQuantity(amount.getValue(), field, errors);
        });
    }

    private void reclaimPolicy() {
        String policy = text(spec, "persistentVolumeReclaimPolicy");
        if (policy.isEmpty()) {
            return;
        }
        if (inline && !policy.equals("Retain")) {
            errors.forbidden(
                    at("persistentVolumeReclaimPolicy"), "may only be Retain in the context of inline volumes");
        } else if (!inline && !RECLAIM_POLICIES.contains(policy)) {
            errors.notSupported(at("persistentVolumeReclaimPolicy"), policy, RECLAIM_POLICIES);
        }
    }

    private void nodeAffinity() {
        JsonNode affinity = spec.path("nodeAffinity");
        if (!affinity.isObject()) {
            return;
        }
        if (inline) {
            errors.forbidden(at("nodeAffinity"), NOT_INLINE);
        } else if (affinity.path("required").isObject()) {
            SchedulingValidation.nodeSelector(affinity.path("required"), at("nodeAffinity.required"), errors);
        } else {
            errors.required(at("nodeAffinity.required"), "must specify required node constraints");
        }
    }

    private void sources(String name) {
        boolean found = false;
        for (String kind : VolumeSourceValidation.SOURCES) {
            JsonNode source = spec.path(kind);
            if (!source.isObject()) {
                continue;
            }
            if (found && !kind.equals("flexVolume")) {
                errors.forbidden(
                        at(kind.equals("cephfs") ? "cephFS" : kind), "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            VolumeSourceValidation.validate(
                    kind, source, name, at(kind.equals("gcePersistentDisk") ? "persistentDisk" : kind), errors);
            if (kind.equals("local") && (inline || !spec.path("nodeAffinity").isObject())) {
                errors.required(at("nodeAffinity"), "Local volume requires node affinity");
            }
        }
        if (!found) {
            errors.required(path, "must specify a volume type");
        }
    }

    private void storageClass() {
        if (inline && !text(spec, "storageClassName").isEmpty()) {
            errors.forbidden(at("storageClassName"), NOT_INLINE);
        } else {
            VolumeChecks.className(spec.path("storageClassName"), at("storageClassName"), errors);
        }
    }

    private void volumeMode() {
        JsonNode mode = spec.path("volumeMode");
        if (!mode.isTextual()) {
            return;
        }
        if (inline && !mode.asText().equals("Filesystem")) {
            errors.forbidden(
                    at("volumeMode"),
                    "may not specify volumeMode other than Filesystem in the context of inline volumes");
        } else if (!inline && !VolumeChecks.MODES.contains(mode.asText())) {
            errors.notSupported(at("volumeMode"), mode.asText(), VolumeChecks.MODES);
        }
    }

    private void attributesClass() {
        JsonNode name = spec.path("volumeAttributesClassName");
        if (!name.isTextual() || inline) {
            return;
        }
        if (name.asText().isEmpty()) {
            errors.required(at("volumeAttributesClassName"), "an empty string is disallowed");
        } else {
            Checks.each(Names.subdomain(name.asText()), at("volumeAttributesClassName"), name.asText(), errors);
        }
        if (!spec.path("csi").isObject()) {
            errors.required(at("csi"), "has to be specified when using volumeAttributesClassName");
        }
    }
}
