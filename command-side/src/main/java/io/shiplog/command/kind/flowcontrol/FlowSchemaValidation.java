package io.shiplog.command.kind.flowcontrol;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.command.kind.tree.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * FlowSchemas.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/flowcontrol/validation/validation.go">ValidateFlowSchema</a>
 */
final class FlowSchemaValidation {
    private static final int MAX_PRECEDENCE = 10_000;
    private static final List<String> METHODS = List.of("ByNamespace", "ByUser");
    private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch");

    private FlowSchemaValidation() {}

    static void spec(String name, JsonNode spec, FieldErrors errors) {
        JsonNode precedence = spec.path("matchingPrecedence");
        String path = "spec.matchingPrecedence";
        if (precedence.asInt() <= 0) {
            errors.invalid(path, precedence, "must be a positive value");
        }
        if (precedence.asInt() > MAX_PRECEDENCE) {
            errors.invalid(path, precedence, "must not be greater than " + MAX_PRECEDENCE);
        }
        if (precedence.asInt() == 1 && !name.equals("exempt")) {
            errors.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        }
        JsonNode method = spec.path("distinguisherMethod");
        if (method.isObject() && !METHODS.contains(text(method, "type"))) {
            // Kubernetes prints its struct.
            errors.notSupported(
                    "spec.distinguisherMethod.type",
                    JsonNodeFactory.instance.objectNode().put("Type", text(method, "type")),
                    METHODS);
        }
        String level = text(spec, "priorityLevelConfiguration", "name");
        if (level.isEmpty()) {
            errors.required("spec.priorityLevelConfiguration.name", "must reference a priority level");
        } else {
            Checks.each(Names.subdomain(level), "spec.priorityLevelConfiguration.name", level, errors);
        }
        int index = 0;
        for (JsonNode rule : spec.path("rules")) {
            rule(rule, "spec.rules[" + index++ + "]", errors);
        }
    }

    private static void rule(JsonNode rule, String path, FieldErrors errors) {
        if (rule.path("subjects").isEmpty()) {
            errors.required(path + ".subjects", "subjects must contain at least one value");
        }
        int index = 0;
        for (JsonNode subject : rule.path("subjects")) {
            subject(subject, path + ".subjects[" + index++ + "]", errors);
        }
        if (rule.path("resourceRules").isEmpty()
                && rule.path("nonResourceRules").isEmpty()) {
            errors.required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }
        index = 0;
        for (JsonNode each : rule.path("resourceRules")) {
            resources(each, path + ".resourceRules[" + index++ + "]", errors);
        }
        index = 0;
        for (JsonNode each : rule.path("nonResourceRules")) {
            urls(each, path + ".nonResourceRules[" + index++ + "]", errors);
        }
    }

    private static void subject(JsonNode subject, String path, FieldErrors errors) {
        String kind = text(subject, "kind");
        if (!SUBJECTS.contains(kind)) {
            errors.notSupported(path + ".kind", kind, SUBJECTS);
            return;
        }
        String own = field(kind);
        if (!subject.path(own).isObject()) {
            errors.required(path + "." + own, "%s is required when subject kind is '%s'".formatted(own, kind));
        } else {
            named(subject.path(own), kind, path + "." + own, errors);
        }
        for (String other : List.of("ServiceAccount", "User", "Group")) {
            String field = field(other);
            if (!other.equals(kind) && subject.path(field).isObject()) {
                errors.forbidden(
                        path + "." + field, "%s is forbidden when subject kind is not '%s'".formatted(field, other));
            }
        }
    }

    private static String field(String kind) {
        return kind.substring(0, 1).toLowerCase(Locale.ROOT) + kind.substring(1);
    }

    private static void named(JsonNode subject, String kind, String path, FieldErrors errors) {
        String name = text(subject, "name");
        boolean account = kind.equals("ServiceAccount");
        if (name.isEmpty()) {
            errors.required(path + ".name", "");
        } else if (account && !name.equals("*")) {
            Checks.each(Names.subdomain(name), path + ".name", name, errors);
        }
        if (!account) {
            return;
        }
        String namespace = text(subject, "namespace");
        if (namespace.isEmpty()) {
            errors.required(path + ".namespace", "must specify namespace for service account");
        } else {
            Checks.each(Names.label(namespace), path + ".namespace", namespace, errors);
        }
    }

    private static void verbs(JsonNode verbs, String path, FieldErrors errors) {
        if (verbs.isEmpty()) {
            errors.required(path, "verbs must contain at least one value");
        } else if (everything(verbs)) {
            alone(verbs, "verbs", path, errors);
        } else if (!VERBS.containsAll(texts(verbs))) {
            errors.notSupported(path, verbs, VERBS);
        }
    }

    private static boolean everything(JsonNode list) {
        return texts(list).contains("*");
    }

    private static void alone(JsonNode list, String words, String path, FieldErrors errors) {
        if (list.size() > 1 && everything(list)) {
            errors.invalid(path, list, "if '*' is present, must not specify other " + words);
        }
    }

    private static void resources(JsonNode rule, String path, FieldErrors errors) {
        verbs(rule.path("verbs"), path + ".verbs", errors);
        if (rule.path("apiGroups").isEmpty()) {
            errors.required(path + ".apiGroups", "resource rules must supply at least one api group");
        }
        alone(rule.path("apiGroups"), "api groups", path + ".apiGroups", errors);
        if (rule.path("resources").isEmpty()) {
            errors.required(path + ".resources", "resource rules must supply at least one resource");
        }
        alone(rule.path("resources"), "resources", path + ".resources", errors);
        JsonNode namespaces = rule.path("namespaces");
        if (namespaces.isEmpty() && !rule.path("clusterScope").asBoolean()) {
            errors.required(
                    path + ".namespaces",
                    "resource rules that are not cluster scoped must supply at least one namespace");
        } else if (everything(namespaces)) {
            alone(namespaces, "namespaces", path + ".namespaces", errors);
        } else {
            for (int i = 0; i < namespaces.size(); i++) {
                String namespace = namespaces.path(i).asText();
                for (String wrong : Names.label(namespace)) {
                    errors.invalid(
                            path + ".namespaces[" + i + "]",
                            namespace,
                            "each member of this list must be '*' or a DNS-1123 label; " + wrong);
                }
            }
        }
    }

    private static void urls(JsonNode rule, String path, FieldErrors errors) {
        verbs(rule.path("verbs"), path + ".verbs", errors);
        JsonNode urls = rule.path("nonResourceURLs");
        String at = path + ".nonResourceURLs";
        if (urls.isEmpty()) {
            errors.required(at, "nonResourceURLs must contain at least one value");
        } else if (everything(urls)) {
            alone(urls, "non-resource URLs", at, errors);
        } else {
            for (int i = 0; i < urls.size(); i++) {
                String url = urls.path(i).asText();
                String wrong = wrongUrl(url);
                if (!wrong.isEmpty()) {
                    errors.invalid(at + "[" + i + "]", url, wrong);
                }
            }
        }
    }

    private static String wrongUrl(String url) {
        if (url.isEmpty()) {
            return "must not be empty";
        }
        if (url.equals("/")) {
            return "";
        }
        if (!url.startsWith("/")) {
            return "must start with slash";
        }
        if (url.contains(" ")) {
            return "must not contain white-space";
        }
        if (url.contains("//")) {
            return "must not contain double slash";
        }
        int star = url.indexOf('*');
        return star >= 0 && (star < url.length() - 1 || !url.endsWith("/*"))
                ? "wildcard can only do suffix matching"
                : "";
    }

    static void conditions(JsonNode status, FieldErrors errors) {
        Set<String> types = new HashSet<>();
        int index = 0;
        for (JsonNode condition : Trees.at(status, "conditions")) {
            String path = "status.conditions[" + index++ + "].type";
            String type = text(condition, "type");
            if (!types.add(type)) {
                errors.duplicate(path, type);
            }
            if (type.isEmpty()) {
                errors.required(path, "");
            }
        }
    }
}
