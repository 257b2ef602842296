package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.cel.CelScope;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which requests a webhook or a policy is about.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/admissionregistration/validation/validation.go">validateRule</a>
 */
final class RuleValidation {
    static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");
    private static final List<String> MATCH_POLICIES = List.of("Equivalent", "Exact");
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> MUTATING_OPERATIONS = List.of("*", "CONNECT", "CREATE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");
    private static final int MAX_CONDITIONS = 64;

    private RuleValidation() {}

    /** {@code MatchResources}. */
    static void resources(JsonNode match, String path, FieldErrors errors) {
        matchPolicy(match, path, errors);
        selectors(match, path, errors);
        named(match.path("resourceRules"), path + ".resourceRules", errors);
        named(match.path("excludeResourceRules"), path + ".excludeResourceRules", errors);
    }

    static void matchPolicy(JsonNode node, String path, FieldErrors errors) {
        supported(node, "matchPolicy", MATCH_POLICIES, path, errors);
    }

    static void selectors(JsonNode node, String path, FieldErrors errors) {
        Checks.labelSelector(node.path("namespaceSelector"), path + ".namespaceSelector", errors);
        Checks.labelSelector(node.path("objectSelector"), path + ".objectSelector", errors);
    }

    /** A text that has a default, and so is never absent. */
    static void supported(JsonNode node, String field, List<String> values, String path, FieldErrors errors) {
        String value = text(node, field);
        if (!values.contains(value)) {
            errors.notSupported(path + "." + field, value, values);
        }
    }

    private static void named(JsonNode rules, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode rule : rules) {
            String at = path + "[" + index++ + "]";
            Set<String> names = new HashSet<>();
            int number = 0;
            for (String name : texts(rule.path("resourceNames"))) {
                String place = at + ".resourceNames[" + number++ + "]";
                Checks.each(Names.pathSegment(name), place, name, errors);
                if (!names.add(name)) {
                    errors.duplicate(place, name);
                }
            }
            rule(rule, at, errors);
        }
    }

    /** A policy that changes objects has nothing to change in a deletion. */
    static void mutatingOperations(JsonNode rules, String path, FieldErrors errors) {
        for (JsonNode rule : rules) {
            for (String operation : texts(rule.path("operations"))) {
                if (!MUTATING_OPERATIONS.contains(operation)) {
                    errors.notSupported(path + ".operations", operation, MUTATING_OPERATIONS);
                }
            }
        }
    }

    static void rule(JsonNode rule, String path, FieldErrors errors) {
        JsonNode operations = rule.path("operations");
        list(operations, "operations", path + ".operations", errors);
        for (int i = 0; i < operations.size(); i++) {
            String operation = operations.path(i).asText();
            if (!OPERATIONS.contains(operation)) {
                errors.notSupported(path + ".operations[" + i + "]", operation, OPERATIONS);
            }
        }
        list(rule.path("apiGroups"), "API groups", path + ".apiGroups", errors);
        list(rule.path("apiVersions"), "API versions", path + ".apiVersions", errors);
        for (int i = 0; i < rule.path("apiVersions").size(); i++) {
            if (rule.path("apiVersions").path(i).asText().isEmpty()) {
                errors.required(path + ".apiVersions[" + i + "]", "");
            }
        }
        resourceNames(rule.path("resources"), path + ".resources", errors);
        supported(rule, "scope", SCOPES, path, errors);
    }

    /** Not empty, and everything is not combined with something. */
    private static void list(JsonNode list, String words, String path, FieldErrors errors) {
        if (list.isEmpty()) {
            errors.required(path, "");
        }
        if (list.size() > 1 && texts(list).contains("*")) {
            errors.invalid(path, list, "if '*' is present, must not specify other " + words);
        }
    }

    /** {@code pods}, {@code pods/log}, {@code pods/*}, {@code *\/scale}. */
    private static void resourceNames(JsonNode resources, String path, FieldErrors errors) {
        if (resources.isEmpty()) {
            errors.required(path, "");
        }
        Set<String> wholeResources = new HashSet<>();
        Set<String> wholeSubresources = new HashSet<>();
        boolean plain = false;
        int index = 0;
        for (String each : texts(resources)) {
            String at = path + "[" + index++ + "]";
            int slash = each.indexOf('/');
            if (each.isEmpty()) {
                errors.required(at, "");
            } else if (slash < 0) {
                // As in Kubernetes, the last one without a subresource decides.
                plain = !each.equals("*");
            } else {
                String resource = each.substring(0, slash);
                String sub = each.substring(slash + 1);
                if (wholeResources.contains(resource)) {
                    errors.invalid(at, each, "if '%s/*' is present, must not specify %s".formatted(resource, each));
                }
                if (wholeSubresources.contains(sub)) {
                    errors.invalid(at, each, "if '*/%s' is present, must not specify %s".formatted(sub, each));
                }
                if (sub.equals("*")) {
                    wholeResources.add(resource);
                }
                if (resource.equals("*")) {
                    wholeSubresources.add(sub);
                }
            }
        }
        if (resources.size() > 1 && texts(resources).contains("*/*")) {
            errors.invalid(path, resources, "if '*/*' is present, must not specify other resources");
        }
        if (plain && texts(resources).contains("*")) {
            errors.invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
        }
    }

    /** An expression that compiles to a value of one of these types. */
    static void compiles(
            String expression,
            CelScope scope,
            List<String> results,
            ExpressionBudget budget,
            String path,
            FieldErrors errors) {
        if (!budget.takes(expression, path, errors)) {
            return;
        }
        String problem = scope.problem(expression, results);
        if (problem != null) {
            errors.invalid(path, expression, problem);
        }
    }

    /** @param scope what the expressions of the conditions may use */
    static void conditions(
            JsonNode conditions, CelScope scope, ExpressionBudget budget, String path, FieldErrors errors) {
        if (conditions.size() > MAX_CONDITIONS) {
            errors.tooMany(path, conditions.size(), MAX_CONDITIONS);
            return;
        }
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode condition : conditions) {
            String at = path + "[" + index++ + "]";
            String expression = text(condition, "expression").strip();
            if (expression.isEmpty()) {
                errors.required(at + ".expression", "");
            } else {
                compiles(expression, scope, List.of("bool"), budget, at + ".expression", errors);
            }
            String name = text(condition, "name");
            if (name.isEmpty()) {
                errors.required(at + ".name", "");
            } else {
                Checks.each(Names.qualified(name), at + ".name", name, errors);
                if (!names.add(name)) {
                    errors.duplicate(at + ".name", name);
                }
            }
        }
    }
}
