package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.core.pod.PodSecurity;
import io.shiplog.command.kind.quota.Quotas;
import io.shiplog.events.command.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Admission of valid objects, the last step of a write: the kind's own, then quotas.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission control</a>
 */
final class Admission {
    private Admission() {}

    /** @param old null for a new object */
    static @Nullable Refusal refusal(DecisionContext context, ObjectNode object, @Nullable ObjectNode old) {
        Refusal refusal =
                context.rules().admitValid(object, old, context.request().actor(), context.state());
        return refusal == null ? Quotas.refusal(context.key(), object, old, context.state()) : refusal;
    }

    /** What must still be true when the change becomes an event: the kind's guards, and the quotas. */
    static List<Guard> guards(DecisionContext context, ObjectNode object, @Nullable ObjectNode old) {
        List<Guard> guards = new ArrayList<>(context.rules().guards(object, old));
        guards.addAll(Quotas.guards(context.key(), object, old, context.state()));
        return guards;
    }

    /** The warnings of pod security. */
    static List<String> warningsOfNamespace(DecisionContext context, ObjectNode object, @Nullable ObjectNode old) {
        return PodSecurity.warnings(context.key(), object, old, context.state());
    }

    /** The warnings of the kind, and those of pod security. */
    static List<String> warnings(DecisionContext context, ObjectNode object, @Nullable ObjectNode old) {
        List<String> own =
                old == null ? context.rules().warnings(object) : context.rules().warningsOfUpdate(object, old);
        List<String> more = warningsOfNamespace(context, object, old);
        if (more.isEmpty()) {
            return own;
        }
        List<String> all = new ArrayList<>(own);
        all.addAll(more);
        return all;
    }
}
