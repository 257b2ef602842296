package io.shiplog.command.kind.resource;

import static io.shiplog.command.kind.message.GoForm.any;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.message.GoForm;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The spec of a claim to devices, on its own or in a template. */
final class DeviceClaims {
    private static final int MAX_REQUESTS = 32;
    private static final int MAX_CONSTRAINTS = 32;
    private static final int MAX_ALTERNATIVES = 8;
    private static final String NO_REQUEST =
            "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    private static final String ONE_KIND = "exactly one of `exactly` or `firstAvailable` is required";
    private static final List<String> MODES = List.of("All", "ExactCount");

    private static final GoForm SELECTOR = GoForm.of(any("CEL").named("cel").in(GoForm.of(GoForm.text("Expression"))));
    private static final GoForm TOLERATION = GoForm.of(
            GoForm.text("Key"),
            GoForm.text("Operator"),
            GoForm.text("Value"),
            GoForm.text("Effect"),
            any("TolerationSeconds"));
    private static final GoForm CAPACITY = GoForm.of(any("Requests"));
    private static final GoForm EXACT = GoForm.of(
            GoForm.text("DeviceClassName"),
            any("Selectors").listOf(SELECTOR),
            GoForm.text("AllocationMode"),
            GoForm.number("Count"),
            any("AdminAccess"),
            any("Tolerations").listOf(TOLERATION),
            any("Capacity").in(CAPACITY));
    private static final GoForm ALTERNATIVE = GoForm.of(
            GoForm.text("Name"),
            GoForm.text("DeviceClassName"),
            any("Selectors").listOf(SELECTOR),
            GoForm.text("AllocationMode"),
            GoForm.number("Count"),
            any("Tolerations").listOf(TOLERATION),
            any("Capacity").in(CAPACITY));
    private static final GoForm REQUEST = GoForm.of(
            GoForm.text("Name"), any("Exactly").in(EXACT), any("FirstAvailable").listOf(ALTERNATIVE));
    private static final GoForm CONSTRAINT =
            GoForm.of(any("Requests"), any("MatchAttribute"), any("DistinctAttribute"));
    private static final GoForm CONFIG =
            GoForm.of(any("Requests"), any("Opaque").in(GoForm.of(GoForm.text("Driver"), any("Parameters"))));

    /** As Kubernetes shows a spec. */
    static final GoForm FORM = GoForm.of(any("Devices")
            .struct(GoForm.of(
                    any("Requests").listOf(REQUEST),
                    any("Constraints").listOf(CONSTRAINT),
                    any("Config").listOf(CONFIG))));

    private DeviceClaims() {}

    /** Kubernetes shows the devices and the list of requests even if there are none. */
    static void setDefaults(ObjectNode spec) {
        ObjectNode devices = Trees.object(spec, "devices");
        if (devices.path("requests").isEmpty()) {
            devices.putNull("requests");
        }
        for (ObjectNode request : Trees.objects(devices, "requests")) {
            if (request.get("exactly") instanceof ObjectNode exactly) {
                setRequestDefaults(exactly);
            }
            Trees.objects(request, "firstAvailable").forEach(DeviceClaims::setRequestDefaults);
        }
    }

    private static void setRequestDefaults(ObjectNode request) {
        Trees.defaultText(request, "allocationMode", "ExactCount");
        if (text(request, "allocationMode").equals("ExactCount")) {
            Trees.defaultNumberForZero(request, "count", 1);
        }
    }

    /** The names of the requests, each with those of its alternatives. */
    static Map<String, Set<String>> names(JsonNode spec) {
        Map<String, Set<String>> names = new HashMap<>();
        for (JsonNode request : Trees.at(spec, "devices", "requests")) {
            Set<String> alternatives = new HashSet<>();
            request.path("firstAvailable").forEach(each -> alternatives.add(text(each, "name")));
            names.put(text(request, "name"), alternatives);
        }
        return names;
    }

    static void validate(JsonNode spec, String path, FieldErrors errors) {
        JsonNode devices = spec.path("devices");
        String at = path + ".devices";
        Map<String, Set<String>> names = names(spec);
        DeviceChecks.set(
                devices.path("requests"),
                MAX_REQUESTS,
                at + ".requests",
                errors,
                request -> text(request, "name"),
                (request, where) -> request(request, where, errors));
        DeviceChecks.list(
                devices.path("constraints"),
                MAX_CONSTRAINTS,
                at + ".constraints",
                errors,
                (constraint, where) -> constraint(constraint, names, where, errors));
        DeviceChecks.list(devices.path("config"), DeviceChecks.MAX_CONFIGS, at + ".config", errors, (config, where) -> {
            references(config.path("requests"), names, where + ".requests", errors);
            DeviceChecks.configuration(config, where, errors);
        });
    }

    private static void request(JsonNode request, String path, FieldErrors errors) {
        DeviceChecks.label(text(request, "name"), path + ".name", errors);
        boolean exactly = request.path("exactly").isObject();
        JsonNode alternatives = request.path("firstAvailable");
        if (!exactly && alternatives.isEmpty()) {
            errors.required(path, ONE_KIND);
        } else if (exactly && !alternatives.isEmpty()) {
            errors.invalid(path, NullNode.getInstance(), ONE_KIND + ", but multiple fields are set");
        } else if (exactly) {
            devices(request.path("exactly"), path + ".exactly", errors);
        } else {
            DeviceChecks.set(
                    alternatives,
                    MAX_ALTERNATIVES,
                    path + ".firstAvailable",
                    errors,
                    each -> text(each, "name"),
                    (each, at) -> {
                        DeviceChecks.label(text(each, "name"), at + ".name", errors);
                        devices(each, at, errors);
                    });
        }
    }

    private static void devices(JsonNode request, String path, FieldErrors errors) {
        String name = text(request, "deviceClassName");
        if (name.isEmpty()) {
            errors.required(path + ".deviceClassName", "");
        } else {
            Checks.each(Names.subdomain(name), path + ".deviceClassName", name, errors);
        }
        DeviceChecks.selectors(request.path("selectors"), path + ".selectors", errors);
        String mode = text(request, "allocationMode");
        long count = request.path("count").asLong();
        switch (mode) {
            case "All" -> {
                if (count != 0) {
                    errors.invalid(path + ".count", count, "must not be specified when allocationMode is 'All'");
                }
            }
            case "ExactCount" -> {
                if (count <= 0) {
                    errors.invalid(path + ".count", count, "must be greater than zero");
                }
            }
            default -> errors.notSupported(path + ".allocationMode", mode, MODES);
        }
        int index = 0;
        for (JsonNode toleration : request.path("tolerations")) {
            DeviceChecks.toleration(toleration, path + ".tolerations[" + index++ + "]", errors);
        }
    }

    private static void constraint(
            JsonNode constraint, Map<String, Set<String>> names, String path, FieldErrors errors) {
        references(constraint.path("requests"), names, path + ".requests", errors);
        JsonNode match = constraint.path("matchAttribute");
        JsonNode distinct = constraint.path("distinctAttribute");
        if (match.isTextual()) {
            DeviceChecks.fullyQualifiedName(match.asText(), path + ".matchAttribute", errors);
        } else if (distinct.isTextual()) {
            DeviceChecks.fullyQualifiedName(distinct.asText(), path + ".distinctAttribute", errors);
        } else {
            errors.required(
                    path,
                    "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set");
        }
    }

    /** Names of requests, at most one of each. */
    static void references(JsonNode references, Map<String, Set<String>> names, String path, FieldErrors errors) {
        DeviceChecks.set(
                references,
                MAX_REQUESTS,
                path,
                errors,
                JsonNode::asText,
                (reference, at) -> reference(reference.asText(), names, at, errors));
    }

    /** {@code request} or {@code request/alternative}. */
    static void reference(String name, Map<String, Set<String>> names, String path, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            errors.invalid(path, name, NO_REQUEST);
            return;
        }
        for (String part : parts) {
            DeviceChecks.label(part, path, errors);
        }
        Set<String> alternatives = names.get(parts[0]);
        if (alternatives == null || parts.length == 2 && !alternatives.contains(parts[1])) {
            errors.invalid(path, name, NO_REQUEST);
        }
    }
}
