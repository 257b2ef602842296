package io.shiplog.command.kind.apps;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/**
 * The claims that a StatefulSet makes for each of its pods.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">
 *     ValidatePersistentVolumeClaimSpec</a>
 */
final class ClaimTemplates {
    private static final String SINGLE = "ReadWriteOncePod";
    private static final List<String> ACCESS = List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", SINGLE);
    private static final List<String> MODES = List.of("Block", "Filesystem");

    private ClaimTemplates() {}

    static void validate(JsonNode spec, String path, FieldErrors errors) {
        List<String> modes = Trees.texts(spec.path("accessModes"));
        if (modes.isEmpty()) {
            errors.required(path + ".accessModes", "at least 1 access mode is required");
        }
        Checks.labelSelector(spec.path("selector"), path + ".selector", errors);
        for (String mode : modes) {
            if (!ACCESS.contains(mode)) {
                errors.notSupported(path + ".accessModes", mode, ACCESS);
            }
        }
        if (modes.contains(SINGLE) && modes.stream().anyMatch(mode -> !mode.equals(SINGLE) && ACCESS.contains(mode))) {
            errors.forbidden(path + ".accessModes", "may not use ReadWriteOncePod with other access modes");
        }
        storage(Trees.at(spec, "resources", "requests", "storage"), path + ".resources[storage]", errors);
        for (String field : List.of("storageClassName", "volumeAttributesClassName")) {
            String name = Trees.text(spec, field);
            if (!name.isEmpty()) {
                Checks.each(Names.subdomain(name), path + "." + field, name, errors);
            }
        }
        if (spec.has("volumeMode") && !MODES.contains(Trees.text(spec, "volumeMode"))) {
            errors.notSupported(path + ".volumeMode", Trees.text(spec, "volumeMode"), MODES);
        }
        for (String field : List.of("dataSource", "dataSourceRef")) {
            if (spec.path(field).isObject()) {
                source(spec.path(field), path + "." + field, errors);
            }
        }
    }

    private static void storage(JsonNode storage, String path, FieldErrors errors) {
        if (storage.isMissingNode()) {
            errors.required(path, "");
            return;
        }
        Quantity amount = Quantity.parseOrNull(storage.asText());
        if (amount == null) {
            return;
        }
        if (amount.signum() <= 0) {
            errors.invalid(path, amount.toString(), "must be greater than zero");
        } else if (amount.milliValue() % 1000 != 0) {
            errors.invalid(path, amount.toString(), "must be an integer");
        }
    }

    private static void source(JsonNode source, String path, FieldErrors errors) {
        for (String field : List.of("name", "kind")) {
            if (Trees.text(source, field).isEmpty()) {
                errors.required(path + "." + field, "");
            }
        }
        String group = Trees.text(source, "apiGroup");
        String kind = Trees.text(source, "kind");
        if (group.isEmpty() && !kind.equals("PersistentVolumeClaim")) {
            errors.invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        if (!group.isEmpty()) {
            Checks.each(Names.subdomain(group), path + ".apiGroup", group, errors);
        }
    }
}
