package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.PolicyRule;
import io.shiplog.projections.access.RbacAuthorizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Roles and bindings. Users cannot grant permissions that they do not hold, unless they may {@code escalate} or {@code bind}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping">Privilege
 *     escalation prevention</a>
 */
final class AccessStrategies {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private AccessStrategies() {}

    /** Roles, or ClusterRoles if not namespaced. */
    static final class OfRole implements KindStrategy {
        private final ResourceType type;
        private final Escalation escalation;

        OfRole(ResourceType type, Escalation escalation) {
            this.type = type;
            this.escalation = escalation;
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
            AccessValidation.role(role, type.resource().equals("roles"), errors);
        }
    }

    /** RoleBindings, or ClusterRoleBindings if not namespaced. */
    static final class OfBinding implements KindStrategy {
        private final ResourceType type;
        private final Escalation escalation;

        OfBinding(ResourceType type, Escalation escalation) {
            this.type = type;
            this.escalation = escalation;
        }

        @Override
        public void setDefaults(ObjectNode binding) {
            Trees.defaultText(Trees.object(binding, "roleRef"), "apiGroup", GROUP);
            for (ObjectNode subject : Trees.objects(binding, "subjects")) {
                if (Trees.oneOf(Trees.text(subject, "kind"), "User", "Group")) {
                    Trees.defaultText(subject, "apiGroup", GROUP);
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
            ResourceType roles = new ResourceType(GROUP, kind.equals("Role") ? "roles" : "clusterroles");
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
            AccessValidation.binding(binding, type.resource().equals("rolebindings"), errors);
        }

        @Override
        public void validateUpdate(ObjectNode binding, ObjectNode old, FieldErrors errors) {
            AccessValidation.bindingUpdate(binding, old, errors);
        }
    }

    /** An actor's permissions in the decided state. */
    static final class Escalation {
        private final RbacAuthorizer authorizer;

        Escalation(RbacAuthorizer authorizer) {
            this.authorizer = authorizer;
        }

        /** Whether the actor has the verb that skips the check. */
        boolean holds(Actor actor, String verb, ObjectKey role, DecidedState state) {
            if (actor.groups().contains(RbacAuthorizer.MASTERS)) {
                return true;
            }
            PolicyRule wanted = new PolicyRule(
                    List.of(verb),
                    List.of(role.type().group()),
                    List.of(role.type().resource()),
                    List.of(role.name()),
                    List.of());
            return authorizer
                    .uncovered(state::list, actor, role.namespace(), List.of(wanted))
                    .isEmpty();
        }

        @Nullable List<PolicyRule> rulesOf(String kind, String name, String namespace, DecidedState state) {
            return authorizer.rulesOf(state::list, kind, name, namespace);
        }

        /** Null if the actor holds all of the rules. */
        @Nullable Refusal refusal(Actor actor, ObjectKey key, List<PolicyRule> rules, DecidedState state) {
            List<PolicyRule> uncovered = authorizer.uncovered(state::list, actor, key.namespace(), rules);
            if (uncovered.isEmpty()) {
                return null;
            }
            return Refusal.forbidden(key, RbacAuthorizer.escalation(actor, uncovered));
        }
    }
}
