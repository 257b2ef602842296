package io.shiplog.command.kind.autoscaling;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A HorizontalPodAutoscaler's spec: bounds, target, metrics, behavior.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go">
 *     ValidateHorizontalPodAutoscaler</a>
 */
final class AutoscalerValidation {
    private static final int MAX_PERIOD_SECONDS = 1800;
    private static final int MAX_WINDOW_SECONDS = 3600;
    private static final List<String> SELECT = List.of("Disabled", "Max", "Min");
    private static final List<String> POLICIES = List.of("Percent", "Pods");
    private static final List<String> TARGETS = List.of("Utilization", "Value", "AverageValue");

    /** The field of each type of metric. */
    private static final Map<String, String> SOURCES = Map.of(
            "ContainerResource",
            "containerResource",
            "External",
            "external",
            "Object",
            "object",
            "Pods",
            "pods",
            "Resource",
            "resource");

    private static final List<String> TYPES = SOURCES.keySet().stream().sorted().toList();
    private static final List<String> FIELDS = List.of("object", "external", "pods", "resource", "containerResource");

    private final JsonNode spec;
    private final JsonNode before;
    private final FieldErrors errors;

    /** @param before the spec before an update, missing for a create */
    AutoscalerValidation(JsonNode spec, JsonNode before, FieldErrors errors) {
        this.spec = spec;
        this.before = before;
        this.errors = errors;
    }

    void validate() {
        bounds();
        JsonNode target = spec.path("scaleTargetRef");
        JsonNode targetBefore = before.path("scaleTargetRef");
        boolean same = before.isObject()
                && text(target, "apiVersion").equals(text(targetBefore, "apiVersion"))
                && text(target, "kind").equals(text(targetBefore, "kind"));
        boolean core = text(target, "kind").equals("ReplicationController");
        reference(target, "spec.scaleTargetRef", same, core);
        metrics();
        if (spec.path("behavior").isObject()) {
            for (String rules : List.of("scaleUp", "scaleDown")) {
                rules(spec.path("behavior").path(rules), "spec.behavior." + rules);
            }
        }
    }

    private void bounds() {
        JsonNode min = spec.path("minReplicas");
        JsonNode max = spec.path("maxReplicas");
        long least = before.path("minReplicas").asLong(1) == 0 ? 0 : 1;
        if (min.asLong(1) < least) {
            errors.invalid("spec.minReplicas", min, "must be greater than or equal to " + least);
        }
        if (max.asLong(0) == 0) {
            errors.required("spec.maxReplicas", "must be set and greater than 0");
        } else if (max.asLong() < 0) {
            errors.invalid("spec.maxReplicas", max, "must be greater than or equal to 1");
        }
        if (max.asLong(0) < min.asLong(1)) {
            errors.invalid("spec.maxReplicas", max.asLong(0), "must be greater than or equal to `minReplicas`");
        }
    }

    /** @param anyVersion whether its version is as it was; {@code core} whether its group may be empty */
    private void reference(JsonNode reference, String path, boolean anyVersion, boolean core) {
        for (String field : List.of("kind", "name")) {
            String value = text(reference, field);
            if (value.isEmpty()) {
                errors.required(path + "." + field, "");
            } else {
                Checks.each(Names.pathSegment(value), path + "." + field, value, errors);
            }
        }
        String version = text(reference, "apiVersion");
        String wrong = anyVersion ? "" : wrongVersion(version, core);
        if (!wrong.isEmpty()) {
            errors.invalid(path + ".apiVersion", version, wrong);
        }
    }

    private static String wrongVersion(String version, boolean core) {
        if (version.chars().filter(c -> c == '/').count() > 1) {
            return "unexpected GroupVersion string: " + version;
        }
        return !core && version.indexOf('/') <= 0 ? "apiVersion must specify API group" : "";
    }

    private void metrics() {
        boolean anyVersion = false;
        for (JsonNode metric : before.path("metrics")) {
            String version = text(metric, "object", "describedObject", "apiVersion");
            anyVersion |= text(metric, "type").equals("Object")
                    && !wrongVersion(version, true).isEmpty();
        }
        boolean canBeZero = false;
        int index = 0;
        for (JsonNode metric : spec.path("metrics")) {
            metric(metric, "spec.metrics[" + index++ + "]", anyVersion);
            canBeZero |= Trees.oneOf(text(metric, "type"), "Object", "External");
        }
        if (spec.path("minReplicas").asLong(1) == 0 && !canBeZero) {
            errors.forbidden(
                    "spec.metrics",
                    "must specify at least one Object or External metric to support scaling to zero replicas");
        }
    }

    private void metric(JsonNode metric, String path, boolean anyVersion) {
        String type = text(metric, "type");
        if (type.isEmpty()) {
            errors.required(path + ".type", "must specify a metric source type");
        }
        if (!TYPES.contains(type)) {
            errors.notSupported(path + ".type", type, TYPES);
        }
        List<String> present = new ArrayList<>(
                FIELDS.stream().filter(field -> metric.path(field).isObject()).toList());
        if (!present.isEmpty()) {
            source(metric.path(present.getFirst()), present.getFirst(), path + "." + present.getFirst(), anyVersion);
        }
        String expected = SOURCES.getOrDefault(type, "");
        if (expected.isEmpty()) {
            errors.notSupported(path + ".type", type, TYPES);
        } else if (!present.contains(expected)) {
            errors.required(path + "." + expected, "must populate information for the given metric source");
        }
        if (present.size() != 1) {
            present.remove(expected);
            present.forEach(
                    field -> errors.forbidden(path + "." + field, "must populate the given metric source only"));
        }
    }

    private void source(JsonNode source, String field, String path, boolean anyVersion) {
        JsonNode target = source.path("target");
        switch (field) {
            case "object" -> {
                reference(source.path("describedObject"), path + ".describedObject", anyVersion, true);
                identifier(source, path);
                target(target, path + ".target");
                if (!target.has("value") && !target.has("averageValue")) {
                    errors.required(path + ".target.averageValue", "must set either a target value or averageValue");
                }
            }
            case "external" -> {
                identifier(source, path);
                target(target, path + ".target");
                if (!target.has("value") && !target.has("averageValue")) {
                    errors.required(
                            path + ".target.averageValue",
                            "must set either a target value for metric or a per-pod target");
                }
                if (target.has("value") && target.has("averageValue")) {
                    errors.forbidden(
                            path + ".target.value", "may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                identifier(source, path);
                target(target, path + ".target");
                if (!target.has("averageValue")) {
                    errors.required(path + ".target.averageValue", "must specify a positive target averageValue");
                }
            }
            default -> resource(source, field.equals("containerResource"), path);
        }
    }

    private void resource(JsonNode source, boolean ofContainer, String path) {
        if (text(source, "name").isEmpty()) {
            errors.required(path + ".name", "must specify a resource name");
        }
        String container = text(source, "container");
        if (ofContainer && container.isEmpty()) {
            errors.required(path + ".container", "must specify a container");
        } else if (ofContainer) {
            Checks.each(Names.label(container), path + ".container", container, errors);
        }
        JsonNode target = source.path("target");
        target(target, path + ".target");
        if (!target.has("averageUtilization") && !target.has("averageValue")) {
            errors.required(
                    path + ".target.averageUtilization", "must set either a target raw value or a target utilization");
        }
        if (target.has("averageUtilization") && target.has("averageValue")) {
            errors.forbidden(
                    path + ".target.averageValue", "may not set both a target raw value and a target utilization");
        }
    }

    private void identifier(JsonNode source, String path) {
        String name = text(source, "metric", "name");
        if (name.isEmpty()) {
            errors.required(path + ".metric.name", "must specify a metric name");
        } else {
            Checks.each(Names.pathSegment(name), path + ".metric.name", name, errors);
        }
    }

    private void target(JsonNode target, String path) {
        String type = text(target, "type");
        if (type.isEmpty()) {
            errors.required(path + ".type", "must specify a metric target type");
        }
        if (!TARGETS.contains(type)) {
            errors.invalid(path + ".type", type, "must be either Utilization, Value, or AverageValue");
        }
        for (String field : List.of("value", "averageValue")) {
            Quantity amount = Quantity.parseOrNull(text(target, field));
            if (target.has(field) && amount != null && amount.signum() != 1) {
                errors.invalid(path + "." + field, amount.toString(), "must be positive");
            }
        }
        if (target.path("averageUtilization").asLong(1) < 1) {
            errors.invalid(path + ".averageUtilization", target.path("averageUtilization"), "must be greater than 0");
        }
    }

    private void rules(JsonNode rules, String path) {
        if (!rules.isObject()) {
            return;
        }
        JsonNode window = rules.path("stabilizationWindowSeconds");
        if (window.asLong(0) < 0) {
            errors.invalid(path + ".stabilizationWindowSeconds", window, "must be greater than or equal to zero");
        }
        if (window.asLong(0) > MAX_WINDOW_SECONDS) {
            errors.invalid(
                    path + ".stabilizationWindowSeconds",
                    window,
                    "must be less than or equal to " + MAX_WINDOW_SECONDS);
        }
        String select = text(rules, "selectPolicy");
        if (rules.has("selectPolicy") && !SELECT.contains(select)) {
            errors.notSupported(path + ".selectPolicy", select, SELECT);
        }
        if (rules.path("policies").isEmpty()) {
            errors.required(path + ".policies", "must specify at least one Policy");
        }
        int index = 0;
        for (JsonNode policy : rules.path("policies")) {
            policy(policy, path + ".policies[" + index++ + "]");
        }
        Quantity tolerance = Quantity.parseOrNull(text(rules, "tolerance"));
        if (tolerance != null && tolerance.signum() < 0) {
            errors.invalid(path + ".tolerance", tolerance.toString(), "must be greater than or equal to 0");
        }
    }

    private void policy(JsonNode policy, String path) {
        if (!POLICIES.contains(text(policy, "type"))) {
            errors.notSupported(path + ".type", text(policy, "type"), POLICIES);
        }
        for (String field : List.of("value", "periodSeconds")) {
            if (policy.path(field).asLong(0) <= 0) {
                errors.invalid(path + "." + field, policy.path(field).asLong(0), "must be greater than zero");
            }
        }
        if (policy.path("periodSeconds").asLong() > MAX_PERIOD_SECONDS) {
            errors.invalid(
                    path + ".periodSeconds",
                    policy.path("periodSeconds"),
                    "must be less than or equal to " + MAX_PERIOD_SECONDS);
        }
    }
}
