package io.shiplog.command.kind.apps;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.core.pod.PodTemplateValidation;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * DaemonSets and StatefulSets: selectors, templates, strategies of update.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go">
 *     ValidateDaemonSetSpec, ValidateStatefulSetSpec</a>
 */
final class SetValidation {
    private static final String TEMPLATE = "spec.template";
    private static final List<String> RETENTION = List.of("Retain", "Delete");

    /** What an update of a StatefulSet may change. */
    private static final Set<String> MUTABLE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private SetValidation() {}

    static void daemonSet(JsonNode spec, FieldErrors errors) {
        JsonNode selector = spec.path("selector");
        JsonNode template = spec.path("template");
        Checks.labelSelector(selector, "spec.selector", errors);
        if (LabelSelectors.isValid(selector)
                && !LabelSelectors.matches(selector, Trees.at(template, "metadata", "labels"))) {
            PodTemplateValidation.notSelected(template, TEMPLATE, errors);
        }
        notEmpty(selector, "daemonset", errors);
        PodTemplateValidation.validate(template, TEMPLATE, errors);
        PodTemplateValidation.runsForever(template, TEMPLATE, "DaemonSet", errors);
        Checks.notNegative(spec.path("minReadySeconds"), "spec.minReadySeconds", errors);
        JsonNode strategy = spec.path("updateStrategy");
        switch (text(strategy, "type")) {
            case "OnDelete" -> {}
            case "RollingUpdate" -> daemonSetRolling(strategy.path("rollingUpdate"), errors);
            default ->
                errors.notSupported(
                        "spec.updateStrategy",
                        internal(strategy, "maxUnavailable", "maxSurge"),
                        List.of("RollingUpdate", "OnDelete"));
        }
        Checks.notNegative(spec.path("revisionHistoryLimit"), "spec.revisionHistoryLimit", errors);
    }

    private static void daemonSetRolling(JsonNode rolling, FieldErrors errors) {
        String path = "spec.updateStrategy.rollingUpdate.";
        JsonNode unavailable = rolling.path("maxUnavailable");
        JsonNode surge = rolling.path("maxSurge");
        IntOrPercent.validate(unavailable, path + "maxUnavailable", errors);
        IntOrPercent.validate(surge, path + "maxSurge", errors);
        IntOrPercent.notMoreThanAll(unavailable, path + "maxUnavailable", errors);
        IntOrPercent.notMoreThanAll(surge, path + "maxSurge", errors);
        boolean hasUnavailable = IntOrPercent.value(unavailable) != 0;
        boolean hasSurge = IntOrPercent.value(surge) != 0;
        if (hasUnavailable && hasSurge) {
            errors.invalid(path + "maxSurge", surge, "may not be set when maxUnavailable is non-zero");
        } else if (!hasUnavailable && !hasSurge) {
            errors.required(path + "maxUnavailable", "cannot be 0 when maxSurge is 0");
        }
    }

    /** @param created whether it is new: what can never change is checked only then */
    static void statefulSet(JsonNode spec, boolean created, FieldErrors errors) {
        podManagement(text(spec, "podManagementPolicy"), errors);
        statefulSetStrategy(spec.path("updateStrategy"), errors);
        JsonNode retention = spec.path("persistentVolumeClaimRetentionPolicy");
        for (String when : List.of("whenDeleted", "whenScaled")) {
            if (!RETENTION.contains(text(retention, when))) {
                errors.notSupported(
                        "spec.persistentVolumeClaimRetentionPolicy." + when, text(retention, when), RETENTION);
            }
        }
        if (created) {
            int index = 0;
            for (JsonNode claim : spec.path("volumeClaimTemplates")) {
                ClaimTemplates.validate(claim.path("spec"), "spec.volumeClaimTemplates[" + index++ + "].spec", errors);
            }
        }
        Checks.notNegative(spec.path("replicas"), "spec.replicas", errors);
        Checks.notNegative(spec.path("minReadySeconds"), "spec.minReadySeconds", errors);
        Checks.notNegative(Trees.at(spec, "ordinals", "start"), "spec.ordinals.start", errors);
        String service = text(spec, "serviceName");
        if (created && !service.isEmpty()) {
            Checks.each(Names.label(service), "spec.serviceName", service, errors);
        }
        JsonNode selector = spec.path("selector");
        if (!selector.isObject()) {
            errors.required("spec.selector", "");
        } else {
            Checks.labelSelector(selector, "spec.selector", errors);
            notEmpty(selector, "statefulset", errors);
        }
        if (LabelSelectors.isValid(selector)) {
            statefulSetTemplate(spec, selector, errors);
        } else {
            errors.invalid("spec.selector", selector, "");
        }
        PodTemplateValidation.runsForever(spec.path("template"), TEMPLATE, "StatefulSet", errors);
    }

    private static void podManagement(String policy, FieldErrors errors) {
        if (policy.isEmpty()) {
            errors.required("spec.podManagementPolicy", "");
        } else if (!Trees.oneOf(policy, "OrderedReady", "Parallel")) {
            errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
        }
    }

    private static void statefulSetStrategy(JsonNode strategy, FieldErrors errors) {
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (text(strategy, "type")) {
            case "" -> errors.required("spec.updateStrategy", "");
            case "OnDelete" -> {
                if (rolling.isObject()) {
                    errors.invalid(
                            "spec.updateStrategy.rollingUpdate",
                            internal(strategy, "partition", "maxUnavailable").path("RollingUpdate"),
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" -> statefulSetRolling(rolling, errors);
            default ->
                errors.invalid(
                        "spec.updateStrategy",
                        internal(strategy, "partition", "maxUnavailable"),
                        "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    private static void statefulSetRolling(JsonNode rolling, FieldErrors errors) {
        String path = "spec.updateStrategy.rollingUpdate.";
        Checks.notNegative(rolling.path("partition"), path + "partition", errors);
        if (rolling.has("maxUnavailable")) {
            JsonNode unavailable = rolling.path("maxUnavailable");
            IntOrPercent.validate(unavailable, path + "maxUnavailable", errors);
            if (IntOrPercent.value(unavailable) == 0) {
                errors.invalid(path + "maxUnavailable", unavailable, "cannot be 0");
            }
            IntOrPercent.notMoreThanAll(unavailable, path + "maxUnavailable", errors);
        }
    }

    private static void statefulSetTemplate(JsonNode spec, JsonNode selector, FieldErrors errors) {
        JsonNode template = spec.path("template");
        JsonNode labels = Trees.at(template, "metadata", "labels");
        if (!LabelSelectors.matches(selector, labels)) {
            PodTemplateValidation.notSelected(template, TEMPLATE, errors);
        }
        PodTemplateValidation.validate(asOfPods(spec), TEMPLATE, errors);
        // Kubernetes checks these twice.
        Checks.labels(labels, TEMPLATE + ".labels", errors);
    }

    /** The template with what the controller gives each pod: volumes of the claims, host name and subdomain. */
    private static JsonNode asOfPods(JsonNode spec) {
        if (!(spec.path("template").deepCopy() instanceof ObjectNode template)) {
            return spec.path("template");
        }
        ObjectNode pod = Trees.object(template, "spec");
        pod.remove(List.of("hostname", "subdomain"));
        ArrayNode volumes = JsonNodeFactory.instance.arrayNode();
        Set<String> claimed = new HashSet<>();
        for (JsonNode claim : spec.path("volumeClaimTemplates")) {
            String name = Trees.name(claim);
            if (claimed.add(name)) {
                volumes.addObject()
                        .put("name", name)
                        .putObject("persistentVolumeClaim")
                        .put("claimName", name);
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            if (!claimed.contains(text(volume, "name"))) {
                volumes.add(volume);
            }
        }
        pod.set("volumes", volumes);
        return template;
    }

    static void statefulSetUpdate(JsonNode spec, JsonNode old, FieldErrors errors) {
        Set<String> fields = new HashSet<>();
        spec.fieldNames().forEachRemaining(fields::add);
        old.fieldNames().forEachRemaining(fields::add);
        fields.removeAll(MUTABLE);
        if (!fields.stream().allMatch(field -> Checks.same(spec.path(field), old.path(field)))) {
            errors.forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
    }

    static void statefulSetStatus(JsonNode status, FieldErrors errors) {
        notNegative(
                status,
                List.of(
                        "replicas",
                        "readyReplicas",
                        "currentReplicas",
                        "updatedReplicas",
                        "availableReplicas",
                        "observedGeneration",
                        "collisionCount"),
                errors);
        long replicas = status.path("replicas").asLong();
        for (String part : List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")) {
            if (status.path(part).asLong() > replicas) {
                errors.invalid("status." + part, status.path(part).asLong(), "cannot be greater than status.replicas");
            }
        }
        if (status.path("availableReplicas").asLong()
                > status.path("readyReplicas").asLong()) {
            errors.invalid(
                    "status.availableReplicas",
                    status.path("availableReplicas"),
                    "cannot be greater than status.readyReplicas");
        }
    }

    static void notNegative(JsonNode status, List<String> numbers, FieldErrors errors) {
        for (String number : numbers) {
            Checks.notNegative(status.path(number), "status." + number, errors);
        }
    }

    /** The number of collisions of names of revisions never decreases. */
    static void collisions(JsonNode object, JsonNode old, FieldErrors errors) {
        JsonNode now = Trees.at(object, "status", "collisionCount");
        JsonNode before = Trees.at(old, "status", "collisionCount");
        if (before.isNumber() && now.asLong(0) < before.asLong() || before.isNumber() && !now.isNumber()) {
            errors.invalid("status.collisionCount", IntNode.valueOf(now.asInt(0)), "cannot be decremented");
        }
    }

    private static void notEmpty(JsonNode selector, String kind, FieldErrors errors) {
        if (selector.isObject() && LabelSelectors.isEmpty(selector)) {
            errors.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
        }
    }

    /** A strategy of update as Kubernetes' messages show it: in Go's names. */
    private static ObjectNode internal(JsonNode strategy, String... fields) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("Type", text(strategy, "type"));
        JsonNode rolling = strategy.path("rollingUpdate");
        if (!rolling.isObject()) {
            return shown.putNull("RollingUpdate");
        }
        ObjectNode of = shown.putObject("RollingUpdate");
        for (String field : fields) {
            JsonNode value = rolling.path(field);
            of.set(
                    Character.toUpperCase(field.charAt(0)) + field.substring(1),
                    value.isMissingNode() ? absent(field) : value);
        }
        return shown;
    }

    /** Only a StatefulSet's maxUnavailable is a pointer in Go, but a DaemonSet's has a default. */
    private static JsonNode absent(String field) {
        return field.equals("maxUnavailable") ? NullNode.instance : IntNode.valueOf(0);
    }
}
