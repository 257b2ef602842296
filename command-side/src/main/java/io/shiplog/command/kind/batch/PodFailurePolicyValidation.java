package io.shiplog.command.kind.batch;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** When a Job's pods make it fail, and when they make it succeed. */
final class PodFailurePolicyValidation {
    private static final int MAX_RULES = 20;
    private static final int MAX_CODES = 255;
    private static final int MAX_CONDITIONS = 20;
    private static final int MAX_INDEXES_BYTES = 64 * 1024;
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");

    private PodFailurePolicyValidation() {}

    /** @param path that of the spec's policy */
    static void validate(JsonNode spec, String path, FieldErrors errors) {
        JsonNode rules = spec.path("podFailurePolicy").path("rules");
        if (rules.size() > MAX_RULES) {
            errors.tooMany(path + ".rules", rules.size(), MAX_RULES);
        }
        Set<String> containers = new HashSet<>();
        Trees.objects(Trees.at(spec, "template", "spec"), "containers", "initContainers")
                .forEach(container -> containers.add(text(container, "name")));
        int index = 0;
        for (JsonNode rule : rules) {
            rule(rule, spec.has("backoffLimitPerIndex"), containers, path + ".rules[" + index++ + "]", errors);
        }
    }

    private static void rule(JsonNode rule, boolean perIndex, Set<String> containers, String path, FieldErrors errors) {
        String action = text(rule, "action");
        if (action.equals("FailIndex")) {
            if (!perIndex) {
                errors.invalid(path + ".action", action, "requires the backoffLimitPerIndex to be set");
            }
        } else {
            oneOf(action, ACTIONS, path + ".action", errors);
        }
        JsonNode codes = rule.path("onExitCodes");
        JsonNode conditions = rule.path("onPodConditions");
        if (codes.isObject()) {
            exitCodes(codes, containers, path + ".onExitCodes", errors);
        }
        conditions(conditions, path + ".onPodConditions", errors);
        if (codes.isObject() && !conditions.isEmpty()) {
            errors.invalid(path, "specifying both OnExitCodes and OnPodConditions is not supported");
        }
        if (!codes.isObject() && conditions.isEmpty()) {
            errors.invalid(path, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    /** Like {@link Checks#oneOf}, with the supported values of an absent one. */
    private static void oneOf(String value, List<String> supported, String path, FieldErrors errors) {
        if (value.isEmpty()) {
            errors.required(path, "valid values: [\"" + String.join("\" \"", supported) + "\"]");
        } else if (!supported.contains(value)) {
            errors.notSupported(path, value, supported);
        }
    }

    private static void exitCodes(JsonNode codes, Set<String> containers, String path, FieldErrors errors) {
        String operator = text(codes, "operator");
        oneOf(operator, OPERATORS, path + ".operator", errors);
        String container = text(codes, "containerName");
        if (codes.has("containerName") && !containers.contains(container)) {
            errors.invalid(
                    path + ".containerName",
                    container,
                    "must be one of the container or initContainer names in the pod template");
        }
        JsonNode values = codes.path("values");
        if (values.isEmpty()) {
            errors.invalid(
                    path + ".values", values.isArray() ? values : NullNode.instance, "at least one value is required");
        } else if (values.size() > MAX_CODES) {
            errors.tooMany(path + ".values", values.size(), MAX_CODES);
        }
        Set<Long> seen = new HashSet<>();
        boolean ordered = true;
        for (int index = 0; index < values.size(); index++) {
            long value = values.path(index).asLong();
            String at = path + ".values[" + index + "]";
            if (operator.equals("In") && value == 0) {
                errors.invalid(at, value, "must not be 0 for the In operator");
            }
            if (!seen.add(value)) {
                errors.duplicate(at, value);
            }
            ordered &= index == 0 || values.path(index - 1).asLong() <= value;
        }
        if (!ordered) {
            errors.invalid(path + ".values", values, "must be ordered");
        }
    }

    private static void conditions(JsonNode conditions, String path, FieldErrors errors) {
        if (conditions.size() > MAX_CONDITIONS) {
            errors.tooMany(path, conditions.size(), MAX_CONDITIONS);
        }
        int index = 0;
        for (JsonNode condition : conditions) {
            String at = path + "[" + index++ + "]";
            String type = text(condition, "type");
            Checks.each(Names.qualified(type), at + ".type", type, errors);
            oneOf(text(condition, "status"), STATUSES, at + ".status", errors);
        }
    }

    /** The rules by which some indexes suffice. */
    static void success(JsonNode policy, int completions, String path, FieldErrors errors) {
        JsonNode rules = policy.path("rules");
        if (rules.isEmpty()) {
            errors.required(
                    path + ".rules", "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.size() > MAX_RULES) {
            errors.tooMany(path + ".rules", rules.size(), MAX_RULES);
        }
        int index = 0;
        for (JsonNode rule : rules) {
            successRule(rule, completions, path + ".rules[" + index++ + "]", errors);
        }
    }

    private static void successRule(JsonNode rule, int completions, String path, FieldErrors errors) {
        JsonNode count = rule.path("succeededCount");
        boolean hasIndexes = rule.has("succeededIndexes");
        if (!hasIndexes && count.isMissingNode()) {
            errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
        }
        String text = text(rule, "succeededIndexes");
        if (text.length() > MAX_INDEXES_BYTES) {
            errors.tooLong(path + ".succeededIndexes", MAX_INDEXES_BYTES);
        }
        Indexes indexes = Indexes.parse(text, completions);
        if (indexes.wrong() != null) {
            errors.invalid(path + ".succeededIndexes", text, "error parsing succeededIndexes: " + indexes.wrong());
        }
        if (count.isMissingNode()) {
            return;
        }
        String at = path + ".succeededCount";
        Checks.notNegative(count, at, errors);
        if (count.asLong() > completions) {
            errors.invalid(
                    at,
                    count,
                    "must be less than or equal to %d (the number of specified completions)".formatted(completions));
        }
        if (hasIndexes && count.asLong() > indexes.total()) {
            errors.invalid(
                    at,
                    count,
                    "must be less than or equal to %d (the number of indexes in the specified succeededIndexes field)"
                            .formatted(indexes.total()));
        }
    }
}
