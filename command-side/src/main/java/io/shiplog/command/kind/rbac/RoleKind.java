package io.shiplog.command.kind.rbac;

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

/**
 * Roles and ClusterRoles. Users cannot grant permissions that they do not hold, unless they may {@code escalate}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping">Privilege
 *     escalation prevention</a>
 */
final class RoleKind implements Kind {
    static final String GROUP = "rbac.authorization.k8s.io";

    private final boolean namespaced;
    private final ResourceType type;
    private final Escalation escalation = new Escalation();

    RoleKind(boolean namespaced) {
        this.namespaced = namespaced;
        this.type = new ResourceType(GROUP, namespaced ? "roles" : "clusterroles");
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        GROUP,
                        "v1",
                        namespaced ? "Role" : "ClusterRole",
                        type.resource(),
                        namespaced ? Scope.NAMESPACED : Scope.CLUSTER)
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
    public @Nullable Refusal admit(ObjectNode role, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        boolean same = old != null
                && Checks.same(role.path("rules"), old.path("rules"))
                && Checks.same(role.path("aggregationRule"), old.path("aggregationRule"));
        ObjectKey key = ObjectKey.of(type, Trees.namespace(role), Trees.name(role));
        if (same || escalation.holds(actor, "escalate", key, state)) {
            return null;
        }
        if (!role.path("aggregationRule").path("clusterRoleSelectors").isEmpty()) {
            List<PolicyRule> everything = List.of(
                    new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
                    new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));
            return escalation.refusal(actor, key, everything, state);
        }
        return escalation.refusal(actor, key, PolicyRule.listOf(role.path("rules")), state);
    }

    @Override
    public void validate(ObjectNode role, FieldErrors errors) {
        AccessValidation.role(role, namespaced, errors);
    }
}
