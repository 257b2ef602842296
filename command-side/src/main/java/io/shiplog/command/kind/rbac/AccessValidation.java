package io.shiplog.command.kind.rbac;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.message.GoForm;
import java.util.List;

/**
 * Roles and bindings.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/rbac/validation/validation.go">validation.go</a>
 */
public final class AccessValidation {
    private static final GoForm ROLE_REF =
            GoForm.of(GoForm.text("APIGroup").named("apiGroup"), GoForm.text("Kind"), GoForm.text("Name"));
    private static final String GROUP = "rbac.authorization.k8s.io";

    private AccessValidation() {}

    static void role(ObjectNode role, boolean namespaced, FieldErrors errors) {
        int index = 0;
        for (JsonNode rule : role.path("rules")) {
            rule(rule, namespaced, "rules[" + index++ + "]", errors);
        }
        JsonNode aggregation = role.path("aggregationRule");
        if (aggregation.isObject()) {
            String path = "aggregationRule.clusterRoleSelectors";
            if (aggregation.path("clusterRoleSelectors").isEmpty()) {
                errors.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
            }
            index = 0;
            for (JsonNode selector : aggregation.path("clusterRoleSelectors")) {
                Checks.labelSelector(selector, path + "[" + index++ + "]", errors);
            }
        }
    }

    private static void rule(JsonNode rule, boolean namespaced, String path, FieldErrors errors) {
        if (rule.path("verbs").isEmpty()) {
            errors.required(path + ".verbs", "verbs must contain at least one value");
        }
        boolean resources = !rule.path("apiGroups").isEmpty()
                || !rule.path("resources").isEmpty()
                || !rule.path("resourceNames").isEmpty();
        if (!rule.path("nonResourceURLs").isEmpty()) {
            if (namespaced) {
                errors.invalid(
                        path + ".nonResourceURLs",
                        rule.path("nonResourceURLs"),
                        "namespaced rules cannot apply to non-resource URLs");
            }
            if (resources) {
                errors.invalid(
                        path + ".nonResourceURLs",
                        rule.path("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            errors.required(path + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            errors.required(path + ".resources", "resource rules must supply at least one resource");
        }
    }

    static void binding(ObjectNode binding, boolean namespaced, FieldErrors errors) {
        JsonNode role = binding.path("roleRef");
        if (!text(role, "apiGroup").equals(GROUP)) {
            errors.notSupported("roleRef.apiGroup", text(role, "apiGroup"), List.of(GROUP));
        }
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(text(role, "kind"))) {
            errors.notSupported("roleRef.kind", text(role, "kind"), kinds);
        }
        String name = text(role, "name");
        if (name.isEmpty()) {
            errors.required("roleRef.name", "");
        } else {
            Checks.each(Names.pathSegment(name), "roleRef.name", name, errors);
        }
        int index = 0;
        for (JsonNode subject : binding.path("subjects")) {
            subject(subject, namespaced, "subjects[" + index++ + "]", errors);
        }
    }

    private static void subject(JsonNode subject, boolean namespaced, String path, FieldErrors errors) {
        String name = text(subject, "name");
        String group = text(subject, "apiGroup");
        if (name.isEmpty()) {
            errors.required(path + ".name", "");
        }
        switch (text(subject, "kind")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    Checks.each(Names.subdomain(name), path + ".name", name, errors);
                }
                if (!group.isEmpty()) {
                    errors.notSupported(path + ".apiGroup", group, List.of(""));
                }
                if (!namespaced && text(subject, "namespace").isEmpty()) {
                    errors.required(path + ".namespace", "");
                }
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) {
                    errors.notSupported(path + ".apiGroup", group, List.of(GROUP));
                }
            }
            default ->
                errors.notSupported(path + ".kind", text(subject, "kind"), List.of("ServiceAccount", "User", "Group"));
        }
    }

    static void bindingUpdate(ObjectNode binding, ObjectNode old, FieldErrors errors) {
        if (!binding.path("roleRef").equals(old.path("roleRef"))) {
            errors.invalid("roleRef", ROLE_REF.of(binding.path("roleRef")), "cannot change roleRef");
        }
    }
}
