package io.shiplog.command.kind.resource;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.core.pod.SchedulingValidation;
import io.shiplog.command.kind.message.GoForm;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** ResourceClaims: devices that pods share or have for themselves. */
public final class ResourceClaimKind implements Kind {
    private static final int MAX_RESERVATIONS = 256;
    private static final int MAX_RESULTS = 32;
    private static final int MAX_CONDITIONS = 8;
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final List<String> SOURCES = List.of("FromClaim", "FromClass");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "State",
                    "A summary of the current state (allocated, pending, reserved, etc.).",
                    (claim, now) -> state(claim)),
            MetaColumns.AGE);

    private static String state(JsonNode claim) {
        List<String> states = new ArrayList<>();
        boolean deleted = claim.path("metadata").has("deletionTimestamp");
        if (deleted) {
            states.add("deleted");
        }
        if (claim.path("status").has("allocation")) {
            states.add("allocated");
            if (!Trees.at(claim, "status", "reservedFor").isEmpty()) {
                states.add("reserved");
            }
        } else if (!deleted) {
            states.add("pending");
        }
        return String.join(",", states);
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(ResourceKinds.GROUP, "v1", "ResourceClaim", "resourceclaims", Scope.NAMESPACED)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode claim) {
        DeviceClaims.setDefaults(Trees.object(claim, "spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode claim, DecidedState state) {
        claim.putObject("status");
    }

    /** The status of a device goes with its allocation. */
    @Override
    public void prepareForStatusUpdate(ObjectNode claim, ObjectNode old, DecidedState state) {
        Kind.super.prepareForStatusUpdate(claim, old, state);
        Set<String> freed = allocated(old);
        freed.removeAll(allocated(claim));
        if (Trees.at(claim, "status", "devices") instanceof ArrayNode devices) {
            List<JsonNode> left = devices.valueStream()
                    .filter(device -> !freed.contains(id(device)))
                    .toList();
            devices.removeAll().addAll(left);
            if (devices.isEmpty()) {
                Trees.object(claim, "status").remove("devices");
            }
        }
    }

    private static Set<String> allocated(JsonNode claim) {
        Set<String> ids = new HashSet<>();
        Trees.at(claim, "status", "allocation", "devices", "results").forEach(result -> ids.add(id(result)));
        return ids;
    }

    private static String id(JsonNode device) {
        return String.join(
                "/", text(device, "driver"), text(device, "pool"), text(device, "device"), text(device, "shareID"));
    }

    @Override
    public void validateCreate(ObjectNode claim, FieldErrors errors) {
        DeviceClaims.validate(claim.path("spec"), "spec", errors);
    }

    @Override
    public void validateUpdate(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        if (!claim.path("spec").equals(old.path("spec"))) {
            errors.invalid("spec", DeviceClaims.FORM.of(claim.path("spec")), Checks.IMMUTABLE);
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        JsonNode status = claim.path("status");
        DeviceChecks.set(
                status.path("reservedFor"),
                MAX_RESERVATIONS,
                "status.reservedFor",
                errors,
                reference -> text(reference, "uid"),
                (reference, at) -> {
                    for (String field : List.of("resource", "name", "uid")) {
                        if (text(reference, field).isEmpty()) {
                            errors.required(at + "." + field, "");
                        }
                    }
                });
        Set<String> allocated = allocated(claim);
        DeviceChecks.set(
                status.path("devices"),
                Integer.MAX_VALUE,
                "status.devices",
                errors,
                ResourceClaimKind::id,
                (device, at) -> device(device, allocated, at, errors));
        reservations(claim, old, errors);
        JsonNode allocation = status.path("allocation");
        JsonNode before = Trees.at(old, "status", "allocation");
        if (allocation.isObject() && before.isObject()) {
            Checks.immutable(allocation, before, "status.allocation", errors);
        } else if (allocation.isObject()) {
            allocation(allocation, DeviceClaims.names(claim.path("spec")), errors);
        }
    }

    private static void reservations(ObjectNode claim, ObjectNode old, FieldErrors errors) {
        JsonNode reserved = Trees.at(claim, "status", "reservedFor");
        if (reserved.isEmpty()) {
            return;
        }
        if (!Trees.at(claim, "status", "allocation").isObject()) {
            errors.forbidden("status.reservedFor", "may not be specified when `allocated` is not set");
        } else if (claim.path("metadata").has("deletionTimestamp")) {
            Set<JsonNode> before = new HashSet<>();
            Trees.at(old, "status", "reservedFor").forEach(before::add);
            boolean more = reserved.valueStream().anyMatch(each -> !before.contains(each));
            if (more) {
                errors.forbidden(
                        "status.reservedFor",
                        "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
            }
        }
    }

    private static void device(JsonNode device, Set<String> allocated, String path, FieldErrors errors) {
        VolumeChecks.driverName(device.path("driver"), path + ".driver", errors);
        DeviceChecks.poolName(text(device, "pool"), path + ".pool", errors);
        DeviceChecks.label(text(device, "device"), path + ".device", errors);
        shareId(device, path, errors);
        if (!allocated.contains(id(device))) {
            GoForm id = GoForm.of(GoForm.text("Driver"), GoForm.text("Pool"), GoForm.text("Device"));
            errors.invalid(path, id.of(device), "must be an allocated device in the claim");
        }
        if (device.path("conditions").size() > MAX_CONDITIONS) {
            errors.tooMany(path + ".conditions", device.path("conditions").size(), MAX_CONDITIONS);
        }
        if (device.has("data")) {
            DeviceChecks.object(device.path("data"), path + ".data", errors);
        }
    }

    private static void shareId(JsonNode owner, String path, FieldErrors errors) {
        JsonNode id = owner.path("shareID");
        if (id.isTextual() && !UID.matcher(id.asText()).matches()) {
            errors.invalid(
                    path + ".shareID",
                    id.asText(),
                    "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase"
                            + " hexadecimal characters");
        }
    }

    private static void allocation(JsonNode allocation, Map<String, Set<String>> names, FieldErrors errors) {
        String path = "status.allocation.devices";
        DeviceChecks.list(
                Trees.at(allocation, "devices", "results"), MAX_RESULTS, path + ".results", errors, (result, at) -> {
                    DeviceClaims.reference(text(result, "request"), names, at + ".request", errors);
                    VolumeChecks.driverName(result.path("driver"), at + ".driver", errors);
                    DeviceChecks.poolName(text(result, "pool"), at + ".pool", errors);
                    DeviceChecks.label(text(result, "device"), at + ".device", errors);
                    DeviceChecks.bindingConditions(result, at, errors);
                    shareId(result, at, errors);
                });
        DeviceChecks.list(
                Trees.at(allocation, "devices", "config"),
                2 * DeviceChecks.MAX_CONFIGS,
                path + ".config",
                errors,
                (config, at) -> {
                    Checks.oneOf(text(config, "source"), SOURCES, at + ".source", errors);
                    DeviceClaims.references(config.path("requests"), names, at + ".requests", errors);
                    DeviceChecks.configuration(config, at, errors);
                });
        if (allocation.path("nodeSelector").isObject()) {
            SchedulingValidation.nodeSelector(
                    allocation.path("nodeSelector"), "status.allocation.nodeSelector", errors);
        }
    }
}
