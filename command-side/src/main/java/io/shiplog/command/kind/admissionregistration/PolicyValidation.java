package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.cel.CelScope;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Policies and their bindings. Expressions are compiled; they are not evaluated yet.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/admissionregistration/validation/validation.go">validateValidatingAdmissionPolicy</a>
 */
final class PolicyValidation {
    private static final List<String> REINVOCATIONS = List.of("IfNeeded", "Never");
    private static final List<String> REASONS = List.of("Forbidden", "Invalid", "RequestEntityTooLarge");
    private static final List<String> PATCH_TYPES = List.of("ApplyConfiguration", "JSONPatch");
    private static final List<String> NOT_FOUND_ACTIONS = List.of("Deny", "Allow");
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");
    private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");
    private static final int MAX_AUDIT_ANNOTATIONS = 20;
    private static final int MAX_AUDIT_EXPRESSION_BYTES = 5 * 1024;
    private static final String ONE_OF_BOTH = "validations or auditAnnotations must contain at least one item";
    private static final String NO_EXPRESSION = "expression is not specified";

    private PolicyValidation() {}

    static void policy(ObjectNode policy, boolean mutating, FieldErrors errors) {
        JsonNode spec = policy.path("spec");
        RuleValidation.supported(spec, "failurePolicy", RuleValidation.FAILURE_POLICIES, "spec", errors);
        if (spec.path("paramKind").isObject()) {
            paramKind(spec.path("paramKind"), "spec.paramKind", errors);
        }
        JsonNode match = spec.path("matchConstraints");
        if (match.isObject()) {
            RuleValidation.resources(match, "spec.matchConstraints", errors);
            if (match.path("resourceRules").isEmpty()) {
                errors.required("spec.matchConstraints.resourceRules", "");
            }
        } else {
            errors.required("spec.matchConstraints", "");
        }
        if (mutating) {
            RuleValidation.mutatingOperations(
                    match.path("resourceRules"), "spec.matchConstraints.resourceRules", errors);
        }
        boolean params = spec.path("paramKind").isObject();
        CelScope request = CelScope.ofRequest(params, true);
        ExpressionBudget budget = new ExpressionBudget();
        RuleValidation.conditions(spec.path("matchConditions"), request, budget, "spec.matchConditions", errors);
        Map<String, CelScope.Compiled> variables = variables(spec.path("variables"), request, budget, errors);
        CelScope scope = request.with(variables);
        if (mutating) {
            mutations(spec, scope.ofPatches(), budget, errors);
        } else {
            validations(
                    Trees.name(policy),
                    spec,
                    scope,
                    CelScope.ofRequest(params, false).with(variables),
                    budget,
                    errors);
        }
    }

    /** Each variable may use those before it. One that does not compile may be anything. */
    private static Map<String, CelScope.Compiled> variables(
            JsonNode variables, CelScope request, ExpressionBudget budget, FieldErrors errors) {
        Map<String, CelScope.Compiled> compiled = new LinkedHashMap<>();
        int index = 0;
        for (JsonNode variable : variables) {
            String path = "spec.variables[" + index++ + "]";
            String name = text(variable, "name");
            if (name.isBlank()) {
                errors.required(path + ".name", "name is not specified");
            } else if (!IDENTIFIER.matcher(name).matches() || RESERVED.contains(name)) {
                errors.invalid(path + ".name", name, "must be a valid CEL identifier");
            }
            String expression = text(variable, "expression");
            if (expression.isBlank()) {
                errors.required(path + ".expression", NO_EXPRESSION);
                continue;
            }
            if (!budget.takes(expression, path + ".expression", errors)) {
                continue;
            }
            CelScope.Compiled value = request.with(compiled).compile(expression);
            if (value.problem() != null) {
                errors.invalid(path + ".expression", expression, value.problem());
            }
            compiled.put(name, value);
        }
        return compiled;
    }

    /** @param messages the scope of expressions that make messages: they cannot ask for rights */
    private static void validations(
            String name,
            JsonNode spec,
            CelScope scope,
            CelScope messages,
            ExpressionBudget budget,
            FieldErrors errors) {
        JsonNode validations = spec.path("validations");
        JsonNode annotations = spec.path("auditAnnotations");
        if (validations.isEmpty() && annotations.isEmpty()) {
            errors.required("spec.validations", ONE_OF_BOTH);
            errors.required("spec.auditAnnotations", ONE_OF_BOTH);
            return;
        }
        int index = 0;
        for (JsonNode validation : validations) {
            validation(validation, scope, messages, budget, "spec.validations[" + index++ + "]", errors);
        }
        if (annotations.size() > MAX_AUDIT_ANNOTATIONS) {
            errors.invalid(
                    "spec.auditAnnotations",
                    annotations,
                    "must not have more than " + MAX_AUDIT_ANNOTATIONS + " auditAnnotations");
        }
        Set<String> keys = new HashSet<>();
        index = 0;
        for (JsonNode annotation : annotations) {
            String path = "spec.auditAnnotations[" + index++ + "]";
            auditAnnotation(name, annotation, scope, budget, path, errors);
            if (!keys.add(text(annotation, "key"))) {
                errors.duplicate(path + ".key", text(annotation, "key"));
            }
        }
    }

    private static void validation(
            JsonNode validation,
            CelScope scope,
            CelScope messages,
            ExpressionBudget budget,
            String path,
            FieldErrors errors) {
        String expression = text(validation, "expression");
        if (expression.isBlank()) {
            errors.required(path + ".expression", NO_EXPRESSION);
        } else {
            RuleValidation.compiles(expression, scope, List.of("bool"), budget, path + ".expression", errors);
        }
        for (String field : List.of("messageExpression", "message")) {
            String value = text(validation, field);
            if (!value.isEmpty() && value.isBlank()) {
                errors.invalid(path + "." + field, value, "must be non-empty if specified");
            } else if (!value.isEmpty() && field.equals("messageExpression")) {
                RuleValidation.compiles(value, messages, List.of("string"), budget, path + "." + field, errors);
            }
        }
        String message = text(validation, "message").strip();
        if (message.contains("\n") || message.contains("\r")) {
            errors.invalid(path + ".message", text(validation, "message"), "must not contain line breaks");
        }
        if (validation.has("reason")) {
            RuleValidation.supported(validation, "reason", REASONS, path, errors);
        }
    }

    private static void auditAnnotation(
            String name,
            JsonNode annotation,
            CelScope scope,
            ExpressionBudget budget,
            String path,
            FieldErrors errors) {
        if (name.isEmpty()) {
            errors.invalid(path + ".key", text(annotation, "key"), "requires metadata.name be non-empty");
        } else {
            String key = name + "/" + text(annotation, "key");
            Checks.each(Names.qualified(key), path + ".key", key, errors);
        }
        String expression = text(annotation, "valueExpression").strip();
        if (expression.isEmpty()) {
            errors.required(path + ".valueExpression", "valueExpression is not specified");
        } else if (expression.getBytes(StandardCharsets.UTF_8).length > MAX_AUDIT_EXPRESSION_BYTES) {
            errors.required(
                    path + ".valueExpression", "must not exceed " + MAX_AUDIT_EXPRESSION_BYTES + " bytes in length");
        } else {
            RuleValidation.compiles(
                    expression, scope, List.of("string", "null_type"), budget, path + ".valueExpression", errors);
        }
    }

    private static void mutations(JsonNode spec, CelScope scope, ExpressionBudget budget, FieldErrors errors) {
        if (spec.path("mutations").isEmpty()) {
            errors.required("spec.mutations", "mutations must contain at least one item");
        }
        int index = 0;
        for (JsonNode mutation : spec.path("mutations")) {
            mutation(mutation, scope, budget, "spec.mutations[" + index++ + "]", errors);
        }
        String policy = text(spec, "reinvocationPolicy");
        Checks.oneOf(policy, REINVOCATIONS, "spec.reinvocationPolicy", errors);
    }

    private static void mutation(
            JsonNode mutation, CelScope scope, ExpressionBudget budget, String path, FieldErrors errors) {
        String type = text(mutation, "patchType");
        switch (type) {
            case "" -> errors.required(path + ".patchType", "");
            case "JSONPatch" -> patch(mutation, scope, budget, type, "jsonPatch", "applyConfiguration", path, errors);
            case "ApplyConfiguration" ->
                patch(mutation, scope, budget, type, "applyConfiguration", "jsonPatch", path, errors);
            default -> errors.notSupported(path + ".patchType", type, PATCH_TYPES);
        }
    }

    private static void patch(
            JsonNode mutation,
            CelScope scope,
            ExpressionBudget budget,
            String type,
            String wanted,
            String other,
            String path,
            FieldErrors errors) {
        if (!mutation.path(wanted).isObject()) {
            errors.required(path + "." + wanted, "must be specified when patchType is " + type);
        } else if (Trees.text(mutation, wanted, "expression").isBlank()) {
            errors.required(path + "." + wanted + ".expression", "");
        } else {
            RuleValidation.compiles(
                    Trees.text(mutation, wanted, "expression").strip(),
                    scope,
                    List.of(type.equals("JSONPatch") ? "list(JSONPatch)" : "Object"),
                    budget,
                    path + "." + wanted + ".expression",
                    errors);
        }
        if (mutation.path(other).isObject()) {
            errors.invalid(path + "." + other, "{" + other + "}", "must not be specified when patchType is " + type);
        }
    }

    private static void paramKind(JsonNode kind, String path, FieldErrors errors) {
        String apiVersion = text(kind, "apiVersion");
        String at = path + ".apiVersion";
        String[] parts = apiVersion.split("/", -1);
        if (apiVersion.isEmpty()) {
            errors.required(at, "");
        } else if (parts.length > 2) {
            errors.invalid(at, apiVersion, "unexpected GroupVersion string: " + apiVersion);
        } else {
            String version = parts[parts.length - 1];
            if (parts.length == 2 && !parts[0].isEmpty()) {
                together(Names.subdomain(parts[0]), at, parts[0], "", errors);
            }
            if (version.isEmpty()) {
                errors.invalid(at, apiVersion, "version must be specified");
            } else {
                together(Names.label1035(version), at, version, "", errors);
            }
        }
        String name = text(kind, "kind");
        if (name.isEmpty()) {
            errors.required(path + ".kind", "");
        } else {
            together(
                    Names.label1035(name.toLowerCase(Locale.ROOT)),
                    path + ".kind",
                    name,
                    "may have mixed case, but should otherwise match: ",
                    errors);
        }
    }

    private static void together(
            List<String> wrong, String path, String value, String introduction, FieldErrors errors) {
        if (!wrong.isEmpty()) {
            errors.invalid(path, value, introduction + String.join(",", wrong));
        }
    }

    static void binding(JsonNode spec, boolean mutating, FieldErrors errors) {
        String policy = text(spec, "policyName");
        if (policy.isEmpty()) {
            errors.required("spec.policyName", "");
        } else {
            Checks.each(Names.subdomain(policy), "spec.policyName", policy, errors);
        }
        if (spec.path("paramRef").isObject()) {
            paramRef(spec.path("paramRef"), "spec.paramRef", errors);
        }
        JsonNode match = spec.path("matchResources");
        if (match.isObject()) {
            RuleValidation.resources(match, "spec.matchResources", errors);
        }
        if (mutating) {
            RuleValidation.mutatingOperations(match.path("resourceRules"), "spec.matchResources.resourceRules", errors);
        } else {
            actions(spec.path("validationActions"), "spec.validationActions", errors);
        }
    }

    private static void paramRef(JsonNode reference, String path, FieldErrors errors) {
        String name = text(reference, "name");
        boolean selects = reference.path("selector").isObject();
        if (!name.isEmpty()) {
            Checks.each(Names.pathSegment(name), path + ".name", name, errors);
            if (selects) {
                errors.forbidden(path + ".name", "name and selector are mutually exclusive");
            }
        }
        if (selects) {
            Checks.labelSelector(reference.path("selector"), path + ".selector", errors);
            if (!name.isEmpty()) {
                errors.forbidden(path + ".selector", "name and selector are mutually exclusive");
            }
        } else if (name.isEmpty()) {
            errors.required(path, "one of name or selector must be specified");
        }
        Checks.oneOf(
                text(reference, "parameterNotFoundAction"),
                NOT_FOUND_ACTIONS,
                path + ".parameterNotFoundAction",
                errors);
    }

    private static void actions(JsonNode actions, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (String action : Trees.texts(actions)) {
            String at = path + "[" + index++ + "]";
            if (!ACTIONS.contains(action)) {
                errors.notSupported(at, action, ACTIONS);
            }
            if (!seen.add(action)) {
                errors.duplicate(at, action);
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            errors.invalid(
                    path,
                    actions,
                    "must not contain both Deny and Warn (repeating the same validation failure information in the API"
                            + " response and headers serves no purpose)");
        }
        if (seen.isEmpty()) {
            errors.required(path, "at least one validation action is required");
        }
    }
}
