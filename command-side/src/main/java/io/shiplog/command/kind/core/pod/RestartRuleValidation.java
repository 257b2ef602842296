package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.FieldErrors;
import java.util.List;

/**
 * The restart policy of a container of its own, and its rules.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#individual-container-restarts">Individual container restart
 *     policy and rules</a>
 */
final class RestartRuleValidation {
    private static final List<String> POLICIES = List.of("Always", "Never", "OnFailure");
    private static final List<String> ACTIONS = List.of("Restart");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final int MAX_RULES = 20;
    private static final int MAX_CODES = 255;

    private RestartRuleValidation() {}

    /** Of a container, or of an init container that is no sidecar. */
    static void validate(JsonNode container, String at, FieldErrors errors) {
        JsonNode rules = container.path("restartPolicyRules");
        String policy = text(container, "restartPolicy");
        if (!container.has("restartPolicy")) {
            if (!rules.isEmpty()) {
                errors.required(at + ".restartPolicy", "must specify restartPolicy when restart rules are used");
            }
        } else if (!POLICIES.contains(policy)) {
            errors.notSupported(at + ".restartPolicy", policy, POLICIES);
        }
        if (rules.size() > MAX_RULES) {
            errors.tooMany(at + ".restartPolicyRules", rules.size(), MAX_RULES);
        }
        int index = 0;
        for (JsonNode rule : rules) {
            rule(rule, at + ".restartPolicyRules[" + index++ + "]", errors);
        }
    }

    private static void rule(JsonNode rule, String at, FieldErrors errors) {
        if (!ACTIONS.contains(text(rule, "action"))) {
            errors.notSupported(at + ".action", text(rule, "action"), ACTIONS);
        }
        JsonNode codes = rule.path("exitCodes");
        if (!codes.isObject()) {
            errors.required(at + ".exitCodes", "must be specified");
            return;
        }
        if (!OPERATORS.contains(text(codes, "operator"))) {
            errors.notSupported(at + ".exitCodes.operator", text(codes, "operator"), OPERATORS);
        }
        if (codes.path("values").size() > MAX_CODES) {
            errors.tooMany(at + ".exitCodes.values", codes.path("values").size(), MAX_CODES);
        }
    }

    /** A sidecar always runs again. */
    static void ofSidecar(JsonNode container, String at, FieldErrors errors) {
        if (!container.path("restartPolicyRules").isEmpty()) {
            errors.forbidden(
                    at + ".restartPolicyRules",
                    "restartPolicyRules are not allowed for init containers with restart policy Always");
        }
    }
}
