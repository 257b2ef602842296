package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Scheduling constraints of a pod: tolerations, affinity, topology spread. */
public final class SchedulingValidation {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final List<String> UNSATISFIABLE = List.of("DoNotSchedule", "ScheduleAnyway");
    private static final int MAX_WEIGHT = 100;
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private SchedulingValidation() {}

    static void validate(JsonNode spec, String path, FieldErrors errors) {
        Checks.labels(spec.path("nodeSelector"), path + ".nodeSelector", errors);
        tolerations(spec.path("tolerations"), path + ".tolerations", errors);
        JsonNode affinity = spec.path("affinity");
        if (!affinity.isEmpty()) {
            nodeAffinity(affinity.path("nodeAffinity"), path + ".affinity.nodeAffinity", errors);
            podAffinity(affinity.path("podAffinity"), path + ".affinity.podAffinity", errors);
            podAffinity(affinity.path("podAntiAffinity"), path + ".affinity.podAntiAffinity", errors);
        }
        spread(spec.path("topologySpreadConstraints"), path + ".topologySpreadConstraints", errors);
    }

    /** Tolerations of pods and runtime classes. */
    public static void tolerations(JsonNode tolerations, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode toleration : tolerations) {
            String at = path + "[" + index++ + "]";
            String key = text(toleration, "key");
            String operator = text(toleration, "operator");
            String effect = text(toleration, "effect");
            if (!key.isEmpty()) {
                Checks.each(Names.qualified(key), at + ".key", key, errors);
            } else if (!operator.equals("Exists")) {
                errors.invalid(
                        at + ".operator",
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
                errors.invalid(at + ".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            switch (operator) {
                case "", "Equal" -> {
                    String value = text(toleration, "value");
                    Checks.each(Names.labelValue(value), at + ".operator", value, errors);
                }
                case "Exists" -> {
                    if (!text(toleration, "value").isEmpty()) {
                        errors.invalid(
                                at + ".operator",
                                text(toleration, "value"),
                                "value must be empty when `operator` is 'Exists'");
                    }
                }
                default -> errors.notSupported(at + ".operator", operator, List.of("Equal", "Exists"));
            }
            if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
                errors.notSupported(at + ".effect", effect, EFFECTS);
            }
        }
    }

    /** Taints of a node. */
    public static void taints(JsonNode taints, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode taint : taints) {
            String at = path + "[" + index++ + "]";
            String key = text(taint, "key");
            String effect = text(taint, "effect");
            Checks.each(Names.qualified(key), at + ".key", key, errors);
            Checks.each(Names.labelValue(text(taint, "value")), at + ".value", text(taint, "value"), errors);
            Checks.oneOf(effect, EFFECTS, at + ".effect", errors);
            if (!seen.add(key + ":" + effect)) {
                errors.duplicate(at, goTaint(taint), "taints must be unique by key and effect pair");
            }
        }
    }

    /** As Kubernetes' own Go type is written, which has no names for JSON. */
    private static ObjectNode goTaint(JsonNode taint) {
        ObjectNode go = JsonNodeFactory.instance.objectNode();
        go.put("Key", text(taint, "key"));
        go.put("Value", text(taint, "value"));
        go.put("Effect", text(taint, "effect"));
        JsonNode added = taint.path("timeAdded");
        go.set("TimeAdded", added.isMissingNode() ? NullNode.instance : added);
        return go;
    }

    private static void nodeAffinity(JsonNode affinity, String path, FieldErrors errors) {
        JsonNode required = affinity.path(REQUIRED);
        if (required.isObject()) {
            nodeSelector(required, path + "." + REQUIRED, errors);
        }
        int index = 0;
        for (JsonNode preferred : affinity.path(PREFERRED)) {
            String at = path + "." + PREFERRED + "[" + index++ + "]";
            weight(preferred, at, errors);
            nodeSelectorTerm(preferred.path("preference"), false, at + ".preference", errors);
        }
    }

    /** {@code v1.NodeSelector}: terms of which a node must match one. */
    public static void nodeSelector(JsonNode selector, String path, FieldErrors errors) {
        String at = path + ".nodeSelectorTerms";
        if (selector.path("nodeSelectorTerms").isEmpty()) {
            errors.required(at, "must have at least one node selector term");
        }
        int index = 0;
        for (JsonNode term : selector.path("nodeSelectorTerms")) {
            nodeSelectorTerm(term, true, at + "[" + index++ + "]", errors);
        }
    }

    private static void weight(JsonNode preferred, String path, FieldErrors errors) {
        int weight = preferred.path("weight").asInt();
        if (weight <= 0 || weight > MAX_WEIGHT) {
            errors.invalid(path + ".weight", weight, "must be in the range 1-100");
        }
    }

    /** @param values whether the values must be values of labels: not in preferences */
    private static void nodeSelectorTerm(JsonNode term, boolean values, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode requirement : term.path("matchExpressions")) {
            String at = path + ".matchExpressions[" + index++ + "]";
            nodeRequirement(requirement, at, errors);
            int number = 0;
            for (JsonNode value : values ? requirement.path("values") : MissingNode.getInstance()) {
                Checks.each(Names.labelValue(value.asText()), at + ".values[" + number++ + "]", value.asText(), errors);
            }
        }
        index = 0;
        for (JsonNode requirement : term.path("matchFields")) {
            String at = path + ".matchFields[" + index++ + "]";
            nodeField(requirement, at, errors);
        }
    }

    private static void nodeField(JsonNode requirement, String path, FieldErrors errors) {
        String operator = text(requirement, "operator");
        if (!Trees.oneOf(operator, "In", "NotIn")) {
            errors.invalid(path + ".operator", operator, "not a valid selector operator");
        } else if (requirement.path("values").size() != 1) {
            errors.required(
                    path + ".values",
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (!text(requirement, "key").equals("metadata.name")) {
            errors.invalid(path + ".key", text(requirement, "key"), "not a valid field selector key");
            return;
        }
        int index = 0;
        for (JsonNode value : requirement.path("values")) {
            Checks.each(Names.subdomain(value.asText()), path + ".values[" + index++ + "]", value.asText(), errors);
        }
    }

    private static void nodeRequirement(JsonNode requirement, String path, FieldErrors errors) {
        String operator = text(requirement, "operator");
        int values = requirement.path("values").size();
        switch (operator) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    errors.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    errors.forbidden(
                            path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values != 1) {
                    errors.required(path + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> errors.invalid(path + ".operator", operator, "not a valid selector operator");
        }
        Checks.each(Names.qualified(text(requirement, "key")), path + ".key", text(requirement, "key"), errors);
    }

    private static void podAffinity(JsonNode affinity, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode term : affinity.path(REQUIRED)) {
            podTerm(term, path + "." + REQUIRED + "[" + index++ + "]", errors);
        }
        index = 0;
        for (JsonNode preferred : affinity.path(PREFERRED)) {
            String at = path + "." + PREFERRED + "[" + index++ + "]";
            weight(preferred, at, errors);
            podTerm(preferred.path("podAffinityTerm"), at + ".podAffinityTerm", errors);
        }
    }

    private static void podTerm(JsonNode term, String path, FieldErrors errors) {
        Checks.labelSelector(term.path("labelSelector"), path + ".labelSelector", errors);
        for (JsonNode namespace : term.path("namespaces")) {
            Checks.each(Names.label(namespace.asText()), path + ".namespace", namespace.asText(), errors);
        }
        topologyKey(term, path, errors);
    }

    private static void topologyKey(JsonNode owner, String path, FieldErrors errors) {
        String key = text(owner, "topologyKey");
        if (key.isEmpty()) {
            errors.required(path + ".topologyKey", "can not be empty");
        }
        Checks.each(Names.qualified(key), path + ".topologyKey", key, errors);
    }

    private static void spread(JsonNode constraints, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode constraint : constraints) {
            String at = path + "[" + index++ + "]";
            int skew = constraint.path("maxSkew").asInt();
            if (skew <= 0) {
                errors.invalid(at + ".maxSkew", skew, "must be greater than zero");
            }
            String key = text(constraint, "topologyKey");
            if (key.isEmpty()) {
                errors.required(at + ".topologyKey", "can not be empty");
            } else {
                Checks.each(Names.qualified(key), at + ".topologyKey", key, errors);
            }
            String when = text(constraint, "whenUnsatisfiable");
            if (!UNSATISFIABLE.contains(when)) {
                errors.notSupported(at + ".whenUnsatisfiable", when, UNSATISFIABLE);
            }
            if (!seen.add(key + "/" + when)) {
                errors.duplicate(at + ".{topologyKey, whenUnsatisfiable}", "{" + key + ", " + when + "}");
            }
            JsonNode domains = constraint.path("minDomains");
            if (domains.isNumber() && domains.asInt() <= 0) {
                errors.invalid(at + ".minDomains", domains, "must be greater than zero");
            }
            Checks.labelSelector(constraint.path("labelSelector"), at + ".labelSelector", errors);
        }
    }
}
