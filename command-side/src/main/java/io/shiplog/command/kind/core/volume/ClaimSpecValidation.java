package io.shiplog.command.kind.core.volume;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Quantity;

/**
 * The spec of a claim to a volume, on its own or in a template.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">
 *     ValidatePersistentVolumeClaimSpec</a>
 */
public final class ClaimSpecValidation {
    private static final String CLAIM = "PersistentVolumeClaim";

    private ClaimSpecValidation() {}

    /** @param path {@code spec} or that of a template's spec */
    public static void validate(JsonNode spec, String path, FieldErrors errors) {
        VolumeChecks.accessModes(
                spec.path("accessModes"), path + ".accessModes", "at least 1 access mode is required", errors);
        Checks.labelSelector(spec.path("selector"), path + ".selector", errors);
        VolumeChecks.knownAccessModes(spec.path("accessModes"), path + ".accessModes", errors);
        size(Trees.at(spec, "resources", "requests", "storage"), path + ".resources[storage]", errors);
        VolumeChecks.className(spec.path("storageClassName"), path + ".storageClassName", errors);
        JsonNode mode = spec.path("volumeMode");
        if (mode.isTextual() && !VolumeChecks.MODES.contains(mode.asText())) {
            errors.notSupported(path + ".volumeMode", mode.asText(), VolumeChecks.MODES);
        }
        sources(spec.path("dataSource"), spec.path("dataSourceRef"), path, errors);
        VolumeChecks.className(spec.path("volumeAttributesClassName"), path + ".volumeAttributesClassName", errors);
    }

    private static void size(JsonNode storage, String path, FieldErrors errors) {
        Quantity quantity = Quantity.parseOrNull(storage.asText());
        if (quantity == null) {
            errors.required(path, "");
        } else {
            Checks.positiveQuantity(storage, path, errors);
        }
    }

    private static void sources(JsonNode source, JsonNode reference, String path, FieldErrors errors) {
        if (source.isObject()) {
            source(source, path + ".dataSource", errors);
        }
        if (reference.isObject()) {
            source(reference, path + ".dataSourceRef", errors);
            String namespace = text(reference, "namespace");
            if (!namespace.isEmpty()) {
                Checks.each(Names.label(namespace), path + ".dataSourceRef.namespace", namespace, errors);
            }
        }
        if (!source.isObject() || !reference.isObject()) {
            return;
        }
        // Kubernetes shows a path that has no public fields here.
        if (!text(reference, "namespace").isEmpty()) {
            errors.invalid(
                    path,
                    JsonNodeFactory.instance.objectNode(),
                    "may not be specified when dataSourceRef.namespace is specified");
        } else if (!same(source, reference)) {
            errors.invalid(path, JsonNodeFactory.instance.objectNode(), "must match dataSourceRef");
        }
    }

    private static boolean same(JsonNode source, JsonNode reference) {
        return text(source, "apiGroup").equals(text(reference, "apiGroup"))
                && text(source, "kind").equals(text(reference, "kind"))
                && text(source, "name").equals(text(reference, "name"));
    }

    private static void source(JsonNode source, String path, FieldErrors errors) {
        for (String field : new String[] {"name", "kind"}) {
            if (text(source, field).isEmpty()) {
                errors.required(path + "." + field, "");
            }
        }
        String group = text(source, "apiGroup");
        if (group.isEmpty()) {
            if (!text(source, "kind").equals(CLAIM)) {
                errors.invalid(
                        path,
                        text(source, "kind"),
                        "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
            }
        } else {
            Checks.each(Names.subdomain(group), path + ".apiGroup", group, errors);
        }
    }
}
