package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.cel.CelScope;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.WebhookClients;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One webhook of a configuration. */
final class WebhookValidation {
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final List<String> REINVOCATIONS = List.of("IfNeeded", "Never");
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final int MAX_TIMEOUT_SECONDS = 30;

    private WebhookValidation() {}

    /** @param budget of all webhooks of the configuration */
    static void webhook(JsonNode hook, boolean mutating, ExpressionBudget budget, String path, FieldErrors errors) {
        fullName(text(hook, "name"), path + ".name", errors);
        int index = 0;
        for (JsonNode rule : hook.path("rules")) {
            RuleValidation.rule(rule, path + ".rules[" + index++ + "]", errors);
        }
        RuleValidation.supported(hook, "failurePolicy", RuleValidation.FAILURE_POLICIES, path, errors);
        RuleValidation.matchPolicy(hook, path, errors);
        if (hook.has("sideEffects")) {
            RuleValidation.supported(hook, "sideEffects", SIDE_EFFECTS, path, errors);
        } else {
            errors.required(path + ".sideEffects", "must specify one of " + String.join(", ", SIDE_EFFECTS));
        }
        JsonNode timeout = hook.path("timeoutSeconds");
        if (timeout.asInt() < 1 || timeout.asInt() > MAX_TIMEOUT_SECONDS) {
            errors.invalid(path + ".timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds");
        }
        RuleValidation.selectors(hook, path, errors);
        if (mutating) {
            RuleValidation.supported(hook, "reinvocationPolicy", REINVOCATIONS, path, errors);
        }
        WebhookClients.check(hook.path("clientConfig"), path + ".clientConfig", errors);
        RuleValidation.conditions(
                hook.path("matchConditions"),
                CelScope.ofRequest(false, true),
                budget,
                path + ".matchConditions",
                errors);
        versions(hook.path("admissionReviewVersions"), path + ".admissionReviewVersions", errors);
    }

    private static void fullName(String name, String path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        List<String> wrong = Names.subdomain(name);
        if (!wrong.isEmpty()) {
            errors.invalid(path, name, String.join(",", wrong));
        } else if (name.split("\\.").length < 3) {
            errors.invalid(path, name, "should be a domain with at least three segments separated by dots");
        }
    }

    private static void versions(JsonNode versions, String path, FieldErrors errors) {
        String known = String.join(", ", REVIEW_VERSIONS);
        if (versions.isEmpty()) {
            errors.required(path, "must specify one of " + known);
            return;
        }
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (String version : texts(versions)) {
            String at = path + "[" + index++ + "]";
            if (seen.add(version)) {
                Checks.each(Names.label1035(version), at, version, errors);
            } else {
                errors.invalid(at, version, "duplicate version");
            }
        }
        if (REVIEW_VERSIONS.stream().noneMatch(seen::contains)) {
            errors.invalid(path, versions, "must include at least one of " + known);
        }
    }
}
