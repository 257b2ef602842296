package io.shiplog.command.kind.resource;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.ResourceNames;
import io.shiplog.command.kind.core.pod.SchedulingValidation;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.kind.volume.VolumeChecks;
import io.shiplog.events.kind.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The spec of a slice of devices. */
final class SliceValidation {
    private static final int MAX_DEVICES = 128;

    /** With taints or counters. */
    private static final int MAX_ADVANCED_DEVICES = 64;

    private static final int MAX_COUNTER_SETS = 8;
    private static final int MAX_COUNTERS = 32;
    private static final int MAX_CONSUMPTIONS = 2;
    private static final int MAX_ATTRIBUTES_AND_CAPACITIES = 32;
    private static final int MAX_VALUES = 48;
    private static final int MAX_TAINTS = 16;
    private static final int MAX_VALUE = 64;
    private static final int MAX_OPTIONS = 10;
    private static final List<String> LISTS = List.of("bools", "ints", "strings", "versions");
    private static final List<String> VALUES = List.of("bool", "int", "string", "version");
    private static final String PRE_RELEASE = "(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)";
    private static final Pattern VERSION = Pattern.compile("(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-"
            + PRE_RELEASE + "(\\." + PRE_RELEASE + ")*+)?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*+)?");
    private static final String ONE_NODE_SET =
            "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
    private static final String ONE_OF_DEVICE =
            "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in"
                    + " the ResourceSlice spec";

    private final JsonNode spec;
    private final FieldErrors errors;

    SliceValidation(JsonNode spec, FieldErrors errors) {
        this.spec = spec;
        this.errors = errors;
    }

    /** @param old the spec before a change, null for a new slice */
    void validate(@Nullable JsonNode old) {
        VolumeChecks.driverName(spec.path("driver"), "spec.driver", errors);
        pool();
        if (old != null) {
            Checks.immutableText(
                    Trees.at(spec, "pool", "name"), Trees.at(old, "pool", "name"), "spec.pool.name", errors);
            Checks.immutableText(spec.path("driver"), old.path("driver"), "spec.driver", errors);
            Checks.immutable(spec.path("nodeName"), old.path("nodeName"), "spec.nodeName", errors);
        }
        nodes();
        if (spec.has("sharedCounters") && spec.has("devices")) {
            errors.invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed");
        }
        boolean advanced = Trees.objects(spec, "devices").stream()
                .anyMatch(device -> !device.path("taints").isEmpty()
                        || !device.path("consumesCounters").isEmpty());
        DeviceChecks.set(
                spec.path("devices"),
                advanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES,
                "spec.devices",
                errors,
                device -> text(device, "name"),
                (device, at) -> device(device, old, at));
        DeviceChecks.set(
                spec.path("sharedCounters"),
                MAX_COUNTER_SETS,
                "spec.sharedCounters",
                errors,
                set -> text(set, "name"),
                (set, at) -> counters(set, "name", at));
    }

    private void pool() {
        JsonNode pool = spec.path("pool");
        DeviceChecks.poolName(text(pool, "name"), "spec.pool.name", errors);
        long slices = pool.path("resourceSliceCount").asLong();
        if (slices <= 0) {
            errors.invalid("spec.pool.resourceSliceCount", slices, "must be greater than zero");
        }
        if (pool.path("generation").asLong() < 0) {
            errors.invalid("spec.pool.generation", pool.path("generation"), "must be greater than or equal to zero");
        }
    }

    private void nodes() {
        List<String> set = new ArrayList<>();
        nodeName(spec, "spec", "must be either unset or set to a non-empty string", set);
        JsonNode selector = spec.path("nodeSelector");
        if (selector.isObject()) {
            set.add("nodeSelector");
            SchedulingValidation.nodeSelector(selector, "spec.nodeSelector", errors);
            if (selector.path("nodeSelectorTerms").size() != 1) {
                errors.invalid(
                        "spec.nodeSelector.nodeSelectorTerms",
                        Checks.shown(selector.path("nodeSelectorTerms")),
                        "must have exactly one node selector term");
            }
        }
        flag(spec, "allNodes", "spec", set);
        flag(spec, "perDeviceNodeSelection", "spec", set);
        if (set.isEmpty()) {
            errors.required("spec", ONE_NODE_SET);
        } else if (set.size() > 1) {
            errors.invalid(
                    "spec", "{" + DeviceChecks.quoted(set) + "}", ONE_NODE_SET + ", but multiple fields are set");
        }
    }

    private void nodeName(JsonNode owner, String path, String empty, List<String> set) {
        JsonNode name = owner.path("nodeName");
        if (name.isTextual() && !name.asText().isEmpty()) {
            set.add("nodeName");
            Checks.each(Names.subdomain(name.asText()), path + ".nodeName", name.asText(), errors);
        } else if (name.isTextual()) {
            errors.invalid(path + ".nodeName", "", empty);
        }
    }

    private void flag(JsonNode owner, String field, String path, List<String> set) {
        JsonNode flag = owner.path(field);
        if (flag.isBoolean() && flag.asBoolean()) {
            set.add(field);
        } else if (flag.isBoolean()) {
            errors.invalid(path + "." + field, flag, "must be either unset or set to true");
        }
    }

    private void device(JsonNode device, @Nullable JsonNode old, String path) {
        DeviceChecks.label(text(device, "name"), path + ".name", errors);
        JsonNode attributes = device.path("attributes");
        JsonNode capacity = device.path("capacity");
        if (attributes.size() + capacity.size() > MAX_ATTRIBUTES_AND_CAPACITIES) {
            errors.invalid(
                    path,
                    attributes.size() + capacity.size(),
                    "the total number of attributes and capacities must not exceed " + MAX_ATTRIBUTES_AND_CAPACITIES);
        }
        int values = 0;
        for (JsonNode attribute : attributes) {
            values += Math.max(
                    1,
                    LISTS.stream().mapToInt(list -> attribute.path(list).size()).sum());
        }
        if (values > MAX_VALUES) {
            errors.invalid(path, values, "the total number of attribute values must not exceed " + MAX_VALUES);
        }
        attributes.properties().forEach(attribute -> {
            DeviceChecks.qualifiedName(attribute.getKey(), path + ".attributes", errors);
            attribute(attribute.getValue(), path + ".attributes[" + attribute.getKey() + "]");
        });
        capacity.properties().forEach(amount -> {
            DeviceChecks.qualifiedName(amount.getKey(), path + ".capacity", errors);
            capacity(
                    amount.getValue(),
                    DeviceChecks.isTrue(device, "allowMultipleAllocations"),
                    path + ".capacity[" + amount.getKey() + "].requestPolicy");
        });
        if (old == null || !sameTaints(device, old)) {
            DeviceChecks.list(
                    device.path("taints"),
                    MAX_TAINTS,
                    path + ".taints",
                    errors,
                    (taint, at) -> DeviceChecks.taint(taint, at, errors));
        }
        DeviceChecks.set(
                device.path("consumesCounters"),
                MAX_CONSUMPTIONS,
                path + ".consumesCounters",
                errors,
                consumption -> text(consumption, "counterSet"),
                (consumption, at) -> counters(consumption, "counterSet", at));
        nodes(device, path);
        DeviceChecks.bindingConditions(device, path, errors);
        mappings(device, path + ".nodeAllocatableResourceMappings");
    }

    private static boolean sameTaints(JsonNode device, JsonNode old) {
        for (JsonNode before : old.path("devices")) {
            if (text(before, "name").equals(text(device, "name"))) {
                return Checks.same(before.path("taints"), device.path("taints"));
            }
        }
        return false;
    }

    private void counters(JsonNode owner, String name, String path) {
        if (text(owner, name).isEmpty()) {
            errors.required(path + "." + name, "");
        } else {
            DeviceChecks.label(text(owner, name), path + "." + name, errors);
        }
        JsonNode counters = owner.path("counters");
        if (counters.isEmpty()) {
            errors.required(path + ".counters", "");
        } else if (counters.size() > MAX_COUNTERS) {
            errors.tooMany(path + ".counters", counters.size(), MAX_COUNTERS);
        } else {
            counters.fieldNames().forEachRemaining(each -> DeviceChecks.label(each, path + ".counters", errors));
        }
    }

    private void attribute(JsonNode attribute, String path) {
        int values = 0;
        for (String field : VALUES) {
            values += attribute.has(field) ? 1 : 0;
        }
        for (String field : LISTS) {
            values += attribute.has(field) ? 1 : 0;
        }
        value(attribute.path("string"), false, path + ".string");
        value(attribute.path("version"), true, path + ".version");
        for (String field : LISTS) {
            JsonNode list = attribute.path(field);
            if (list.isArray() && list.isEmpty()) {
                errors.invalid(path + "." + field, list, "must not be empty if specified");
            }
            int index = 0;
            for (JsonNode each : list) {
                value(each, field.equals("versions"), path + "." + field + "[" + index++ + "]");
            }
        }
        if (values == 0) {
            errors.invalid(path, "", "exactly one value must be specified");
        } else if (values > 1) {
            errors.invalid(path, attribute, "exactly one value must be specified");
        }
    }

    private void value(JsonNode value, boolean version, String path) {
        if (!value.isTextual()) {
            return;
        }
        boolean fits = value.asText().length() <= MAX_VALUE;
        if (version && (!fits || !VERSION.matcher(value.asText()).matches())) {
            errors.invalid(path, value.asText(), "must be a string compatible with semver.org spec 2.0.0");
        }
        if (!fits) {
            errors.tooLong(path, MAX_VALUE);
        }
    }

    private void capacity(JsonNode capacity, boolean shared, String path) {
        JsonNode policy = capacity.path("requestPolicy");
        if (!policy.isObject()) {
            return;
        }
        if (!shared) {
            errors.forbidden(path, "allowMultipleAllocations must be true");
            return;
        }
        JsonNode options = policy.path("validValues");
        JsonNode range = policy.path("validRange");
        Quantity most = quantity(capacity.path("value"), Quantity.ZERO);
        if (!options.isEmpty() && range.isObject()) {
            errors.forbidden(
                    path,
                    "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same"
                            + " time");
        } else if (!options.isEmpty() || range.isObject()) {
            String field = range.isObject() ? "validRange" : "validValues";
            if (!policy.has("default")) {
                errors.required(path + ".default", "required when " + field + " is defined");
            } else if (range.isObject()) {
                range(range, quantity(policy.path("default"), Quantity.ZERO), most, path + ".validRange");
            } else {
                options(options, quantity(policy.path("default"), Quantity.ZERO), most, path + ".validValues");
            }
        }
    }

    private static Quantity quantity(JsonNode text, Quantity absent) {
        Quantity quantity = Quantity.parseOrNull(text.asText());
        return quantity == null ? absent : quantity;
    }

    private void options(JsonNode options, Quantity byDefault, Quantity most, String path) {
        boolean found = false;
        for (int i = 0; i < options.size(); i++) {
            Quantity option = quantity(options.get(i), Quantity.ZERO);
            found |= option.equals(byDefault);
            if (i > 0 && quantity(options.get(i - 1), Quantity.ZERO).compareTo(option) > 0) {
                errors.invalid(path + "[" + i + "]", option.toString(), "values must be sorted in ascending order");
            }
        }
        DeviceChecks.set(
                options,
                MAX_OPTIONS,
                path,
                errors,
                option -> Long.toString(quantity(option, Quantity.ZERO).longValue()),
                (each, at) -> {
                    Quantity option = quantity(each, Quantity.ZERO);
                    if (option.compareTo(most) > 0) {
                        errors.invalid(at, option.toString(), "option is larger than capacity value: " + most);
                    }
                });
        if (!found) {
            errors.invalid(path, byDefault.toString(), "default value is not valid according to the requestPolicy");
        }
    }

    private void range(JsonNode range, Quantity byDefault, Quantity most, String path) {
        if (!range.has("min")) {
            errors.required(path + ".min", "required when validRange is defined");
            return;
        }
        Quantity min = quantity(range.path("min"), Quantity.ZERO);
        if (min.compareTo(most) > 0) {
            errors.invalid(path + ".min", min.toString(), "min is larger than capacity value: " + most);
        }
        if (byDefault.compareTo(min) < 0) {
            errors.invalid(path + ".min", byDefault.toString(), "default is less than min: " + min);
        }
        if (range.has("max")) {
            Quantity max = quantity(range.path("max"), Quantity.ZERO);
            if (min.compareTo(max) > 0) {
                errors.invalid(path + ".max", min.toString(), "min is larger than max: " + max);
            }
            if (max.compareTo(most) > 0) {
                errors.invalid(path + ".max", max.toString(), "max is larger than capacity value: " + most);
            }
            if (byDefault.compareTo(max) > 0) {
                errors.invalid(path + ".max", byDefault.toString(), "default is more than max: " + max);
            }
        }
        Quantity step = quantity(range.path("step"), Quantity.ZERO);
        if (range.has("step") && step.longValue() != 0) {
            Quantity one = min.plus(step);
            if (one.compareTo(most) > 0) {
                errors.invalid(
                        path + ".step",
                        step.toString(),
                        "one step %s is larger than capacity value: %s".formatted(one, most));
            }
            step(byDefault, min, step, path + ".step");
            if (range.has("max")) {
                step(quantity(range.path("max"), Quantity.ZERO), min, step, path + ".step");
            }
        }
    }

    private void step(Quantity value, Quantity min, Quantity step, String path) {
        if ((value.longValue() - min.longValue()) % step.longValue() != 0) {
            errors.invalid(
                    path,
                    value.toString(),
                    "value is not a multiple of a given step (%s) from (%s)".formatted(step, min));
        }
    }

    private void nodes(JsonNode device, String path) {
        boolean any = device.has("nodeName") || device.has("nodeSelector") || device.has("allNodes");
        if (!DeviceChecks.isTrue(spec, "perDeviceNodeSelection")) {
            if (any) {
                errors.invalid(
                        path,
                        NullNode.getInstance(),
                        "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true"
                                + " in the ResourceSlice spec");
            }
            return;
        }
        List<String> set = new ArrayList<>();
        nodeName(device, path, "must not be empty", set);
        if (device.path("nodeSelector").isObject()) {
            set.add("nodeSelector");
            SchedulingValidation.nodeSelector(device.path("nodeSelector"), path + ".nodeSelector", errors);
        }
        flag(device, "allNodes", path, set);
        if (set.isEmpty()) {
            errors.required(path, ONE_OF_DEVICE);
        } else if (set.size() > 1) {
            errors.invalid(path, "{" + DeviceChecks.quoted(set) + "}", ONE_OF_DEVICE);
        }
    }

    private void mappings(JsonNode device, String path) {
        for (Map.Entry<String, JsonNode> mapping :
                device.path("nodeAllocatableResourceMappings").properties()) {
            String at = path + "[" + mapping.getKey() + "]";
            if (!ResourceNames.isNative(mapping.getKey())) {
                errors.invalid(at, mapping.getKey(), "must be a node allocatable resource name");
            }
            Quantity multiplier = quantity(mapping.getValue().path("allocationMultiplier"), Quantity.of(1));
            if (multiplier.signum() <= 0) {
                errors.invalid(at + ".allocationMultiplier", multiplier.toString(), "must be positive");
            }
            JsonNode key = mapping.getValue().path("capacityKey");
            if (key.isTextual() && key.asText().isEmpty()) {
                errors.invalid(at + ".capacityKey", "", "capacityKey must not be an empty string");
            } else if (key.isTextual() && !device.path("capacity").has(key.asText())) {
                errors.notFound(at + ".capacityKey", key.asText());
            }
        }
    }
}
