package io.shiplog.command.kind.apps;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.core.pod.PodTemplateValidation;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/** Deployments, ReplicaSets and ReplicationControllers: numbers, selectors, templates, strategies. */
public final class WorkloadValidation {
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
        if (!LabelSelectors.isValid(selector)) {
            errors.invalid("spec.selector", selector, "invalid label selector");
            return;
        }
        JsonNode labels = Trees.at(spec, "template", "metadata", "labels");
        boolean empty = selector.isObject() && LabelSelectors.isEmpty(selector);
        template(spec, empty || LabelSelectors.matches(selector, labels), errors);
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
        template(spec, LabelSelectors.containsAll(Trees.at(spec, "template", "metadata", "labels"), selector), errors);
    }

    private static void template(JsonNode spec, boolean selected, FieldErrors errors) {
        JsonNode template = spec.path("template");
        if (!selected) {
            PodTemplateValidation.notSelected(template, "spec.template", errors);
        }
        PodTemplateValidation.validate(template, "spec.template", errors);
        PodTemplateValidation.runsForever(template, "spec.template", "ReplicaSet", errors);
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
            default -> errors.notSupported("spec.strategy", internal(strategy), List.of("Recreate", "RollingUpdate"));
        }
    }

    /** A strategy as Kubernetes' messages show it: in Go's names. */
    private static ObjectNode internal(JsonNode strategy) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("Type", text(strategy, "type"));
        JsonNode rolling = strategy.path("rollingUpdate");
        if (rolling.isObject()) {
            ObjectNode of = shown.putObject("RollingUpdate");
            of.set(
                    "MaxUnavailable",
                    rolling.has("maxUnavailable") ? rolling.get("maxUnavailable") : IntNode.valueOf(0));
            of.set("MaxSurge", rolling.has("maxSurge") ? rolling.get("maxSurge") : IntNode.valueOf(0));
        } else {
            shown.putNull("RollingUpdate");
        }
        return shown;
    }

    private static void rollingUpdate(JsonNode rolling, FieldErrors errors) {
        String path = "spec.strategy.rollingUpdate.";
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        IntOrPercent.validate(unavailable, path + "maxUnavailable", errors);
        IntOrPercent.validate(surge, path + "maxSurge", errors);
        if (IntOrPercent.value(unavailable) == 0 && IntOrPercent.value(surge) == 0) {
            errors.invalid(path + "maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0");
        }
        IntOrPercent.notMoreThanAll(unavailable, path + "maxUnavailable", errors);
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
        String own = Trees.text(object, "kind").equals("Deployment") ? "updatedReplicas" : "fullyLabeledReplicas";
        for (String part : List.of(own, "readyReplicas", "availableReplicas")) {
            if (status.path(part).asLong() > replicas) {
                errors.invalid("status." + part, status.path(part).asLong(), "cannot be greater than status.replicas");
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
