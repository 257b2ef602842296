package io.shiplog.command.kind.apps;

import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Checks;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Trees;
import io.shiplog.command.kind.core.pod.PodSpecValidation;
import java.util.List;
import java.util.Map;

/** Deployments, ReplicaSets and ReplicationControllers: numbers, selectors, templates, strategies. */
public final class WorkloadValidation {
    private static final String PERCENT = "[0-9]+%";

    private WorkloadValidation() {}

    /** Fields of all three kinds. */
    static void common(JsonNode spec, FieldErrors errors) {
        for (String number : List.of("replicas", "minReadySeconds")) {
            Checks.notNegative(spec.path(number), "spec." + number, errors);
        }
    }

    /** The selector and template of a Deployment or a ReplicaSet. */
    static void selectorAndTemplate(JsonNode spec, String kind, FieldErrors errors) {
        JsonNode selector = spec.path("selector");
        if (!selector.isObject()) {
            errors.required("spec.selector", "");
        } else {
            Checks.labelSelector(selector, "spec.selector", errors);
            if (selector.path("matchLabels").isEmpty()
                    && selector.path("matchExpressions").isEmpty()) {
                errors.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
            }
        }
        boolean matches = selector.isEmpty() || matches(selector, Trees.at(spec, "template", "metadata", "labels"));
        template(spec, matches, errors);
    }

    /** The selector and template of a ReplicationController. */
    static void plainSelectorAndTemplate(JsonNode spec, FieldErrors errors) {
        JsonNode selector = spec.path("selector");
        if (selector.isEmpty()) {
            errors.required("spec.selector", "");
        }
        if (!spec.path("template").isObject()) {
            errors.required("spec.template", "");
            return;
        }
        template(spec, matchesAll(selector, Trees.at(spec, "template", "metadata", "labels")), errors);
    }

    private static void template(JsonNode spec, boolean selected, FieldErrors errors) {
        JsonNode labels = Trees.at(spec, "template", "metadata", "labels");
        if (!selected) {
            errors.invalid(
                    "spec.template.metadata.labels",
                    labels.isMissingNode() ? Map.of() : labels,
                    "`selector` does not match template `labels`");
        }
        Checks.labels(labels, "spec.template.labels", errors);
        JsonNode pod = Trees.at(spec, "template", "spec");
        PodSpecValidation.validate(pod, "spec.template.spec", errors);
        String restart = text(pod, "restartPolicy");
        if (Trees.oneOf(restart, "OnFailure", "Never")) {
            errors.notSupported("spec.template.spec.restartPolicy", restart, List.of("Always"));
        }
        if (pod.has("activeDeadlineSeconds")) {
            errors.forbidden(
                    "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    private static boolean matchesAll(JsonNode wanted, JsonNode labels) {
        return wanted.properties().stream().allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        if (!matchesAll(selector.path("matchLabels"), labels)) {
            return false;
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            JsonNode label = labels.path(text(requirement, "key"));
            boolean in = Trees.texts(requirement.path("values")).contains(label.asText());
            boolean fits = switch (text(requirement, "operator")) {
                case "In" -> !label.isMissingNode() && in;
                case "NotIn" -> label.isMissingNode() || !in;
                case "Exists" -> !label.isMissingNode();
                case "DoesNotExist" -> label.isMissingNode();
                default -> true; // already reported
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    static void deployment(JsonNode spec, FieldErrors errors) {
        Checks.notNegative(spec.path("revisionHistoryLimit"), "spec.revisionHistoryLimit", errors);
        JsonNode deadline = spec.path("progressDeadlineSeconds");
        Checks.notNegative(deadline, "spec.progressDeadlineSeconds", errors);
        if (deadline.asLong() <= spec.path("minReadySeconds").asLong()) {
            errors.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
        JsonNode strategy = spec.path("strategy");
        switch (text(strategy, "type")) {
            case "Recreate" -> {
                if (strategy.has("rollingUpdate")) {
                    errors.forbidden(
                            "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> rollingUpdate(strategy.path("rollingUpdate"), errors);
            default ->
                errors.notSupported("spec.strategy.type", text(strategy, "type"), List.of("Recreate", "RollingUpdate"));
        }
    }

    private static void rollingUpdate(JsonNode rolling, FieldErrors errors) {
        String path = "spec.strategy.rollingUpdate.";
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        numberOrPercent(unavailable, path + "maxUnavailable", errors);
        numberOrPercent(surge, path + "maxSurge", errors);
        if (value(unavailable) == 0 && value(surge) == 0) {
            errors.invalid(
                    path + "maxUnavailable",
                    unavailable.isTextual() ? unavailable.asText() : unavailable,
                    "may not be 0 when `maxSurge` is 0");
        }
        if (unavailable.isTextual() && value(unavailable) > 100) {
            errors.invalid(path + "maxUnavailable", unavailable.asText(), "must not be greater than 100%");
        }
    }

    private static void numberOrPercent(JsonNode value, String path, FieldErrors errors) {
        if (value.isTextual()) {
            if (!value.asText().matches(PERCENT)) {
                errors.invalid(
                        path,
                        value.asText(),
                        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                                + " regex used for validation is '" + PERCENT + "')");
            }
        } else {
            Checks.notNegative(value, path, errors);
        }
    }

    /** A number, or the number before the percent sign; -1 for neither. */
    private static long value(JsonNode value) {
        if (!value.isTextual()) {
            return value.asLong(-1);
        }
        String text = value.asText();
        return text.matches("[0-9]{1,9}%") ? Long.parseLong(text.substring(0, text.length() - 1)) : -1;
    }

    static void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
        Checks.immutable(
                Trees.at(object, "spec", "selector"), Trees.at(old, "spec", "selector"), "spec.selector", errors);
    }

    /** The counts of a status must be consistent. */
    static void status(ObjectNode object, FieldErrors errors) {
        JsonNode status = object.path("status");
        for (String number : List.of(
                "replicas",
                "readyReplicas",
                "availableReplicas",
                "updatedReplicas",
                "fullyLabeledReplicas",
                "observedGeneration")) {
            Checks.notNegative(status.path(number), "status." + number, errors);
        }
        long replicas = status.path("replicas").asLong();
        for (String part : List.of("updatedReplicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")) {
            if (status.path(part).asLong() > replicas) {
                errors.invalid("status." + part, status.path(part), "cannot be greater than status.replicas");
            }
        }
        if (status.path("availableReplicas").asLong()
                > status.path("readyReplicas").asLong()) {
            errors.invalid(
                    "status.availableReplicas",
                    status.path("availableReplicas"),
                    "cannot be greater than readyReplicas");
        }
    }
}
