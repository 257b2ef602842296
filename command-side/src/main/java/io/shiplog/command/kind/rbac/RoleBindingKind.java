package io.shiplog.command.kind.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.PolicyRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RoleBindings and ClusterRoleBindings. Users cannot bind a role whose permissions they do not hold, unless they may {@code bind} it. */
final class RoleBindingKind implements Kind {
    private final boolean namespaced;
    private final ResourceType type;
    private final Escalation escalation = new Escalation();

    RoleBindingKind(boolean namespaced) {
        this.namespaced = namespaced;
        this.type = new ResourceType(RoleKind.GROUP, namespaced ? "rolebindings" : "clusterrolebindings");
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        RoleKind.GROUP,
                        "v1",
                        namespaced ? "RoleBinding" : "ClusterRoleBinding",
                        type.resource(),
                        namespaced ? Scope.NAMESPACED : Scope.CLUSTER)
                .columns(namespaced ? BindingColumns.ROLE_BINDING : BindingColumns.CLUSTER_ROLE_BINDING)
                .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return Names.pathSegment(name);
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode binding) {
        Trees.defaultText(Trees.object(binding, "roleRef"), "apiGroup", RoleKind.GROUP);
        for (ObjectNode subject : Trees.objects(binding, "subjects")) {
            if (Trees.oneOf(Trees.text(subject, "kind"), "User", "Group")) {
                Trees.defaultText(subject, "apiGroup", RoleKind.GROUP);
            }
        }
    }

    @Override
    public @Nullable Refusal admit(ObjectNode binding, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        boolean same = old != null
                && Checks.same(binding.path("roleRef"), old.path("roleRef"))
                && Checks.same(binding.path("subjects"), old.path("subjects"));
        JsonNode role = binding.path("roleRef");
        String kind = Trees.text(role, "kind");
        String name = Trees.text(role, "name");
        String namespace = Trees.namespace(binding);
        ResourceType roles = new ResourceType(RoleKind.GROUP, kind.equals("Role") ? "roles" : "clusterroles");
        if (same || escalation.holds(actor, "bind", ObjectKey.of(roles, namespace, name), state)) {
            return null;
        }
        ObjectKey key = ObjectKey.of(type, namespace, Trees.name(binding));
        List<PolicyRule> rules = escalation.rulesOf(kind, name, namespace, state);
        if (rules == null) {
            return Refusal.notFound(ObjectKey.of(roles, kind.equals("Role") ? namespace : "", name));
        }
        return escalation.refusal(actor, key, rules, state);
    }

    @Override
    public void validate(ObjectNode binding, FieldErrors errors) {
        AccessValidation.binding(binding, namespaced, errors);
    }

    @Override
    public void validateUpdate(ObjectNode binding, ObjectNode old, FieldErrors errors) {
        AccessValidation.bindingUpdate(binding, old, errors);
    }
}
