package io.shiplog.command.kind.rbac;

import io.shiplog.command.kind.DecidedState;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.access.PolicyRule;
import io.shiplog.projections.access.RbacAuthorizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An actor's permissions in the decided state. */
final class Escalation {
    private final RbacAuthorizer authorizer = new RbacAuthorizer();

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
