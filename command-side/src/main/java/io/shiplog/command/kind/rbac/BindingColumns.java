package io.shiplog.command.kind.rbac;

import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.wide;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.MetaColumns;
import java.util.ArrayList;
import java.util.List;

/** The columns of {@code kubectl get} for bindings. Roles have no columns of their own. */
final class BindingColumns {
    static final List<Column> ROLE_BINDING = binding(
            "roleBinding",
            "RoleRef can reference a Role in the current namespace" + " or a ClusterRole in the global namespace.");
    static final List<Column> CLUSTER_ROLE_BINDING =
            binding("clusterRoleBinding", "RoleRef can only reference a ClusterRole in the global namespace.");

    private BindingColumns() {}

    private static List<Column> binding(String what, String roleDescription) {
        return List.of(
                MetaColumns.NAME,
                text("Role", roleDescription, (object, now) -> {
                    JsonNode role = object.path("roleRef");
                    return role.path("kind").asText() + "/" + role.path("name").asText();
                }),
                MetaColumns.AGE,
                wide("Users", "Users in the " + what, (object, now) -> subjects(object, "User")),
                wide("Groups", "Groups in the " + what, (object, now) -> subjects(object, "Group")),
                wide(
                        "ServiceAccounts",
                        "ServiceAccounts in the " + what,
                        (object, now) -> subjects(object, "ServiceAccount")));
    }

    private static String subjects(JsonNode binding, String kind) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : binding.path("subjects")) {
            if (subject.path("kind").asText().equals(kind)) {
                String name = subject.path("name").asText();
                names.add(
                        kind.equals("ServiceAccount")
                                ? subject.path("namespace").asText() + "/" + name
                                : name);
            }
        }
        return String.join(", ", names);
    }
}
