package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.policy.Budget;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pod's disruption budget allows its eviction. The pods are counted as decided, not as in the budget's status: of two evictions
 * at once, the second one sees the first. Preemption and taints do not ask.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/eviction.go">EvictionREST</a>
 */
final class EvictionBudgets {
    private static final String VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";

    private EvictionBudgets() {}

    /** Whether the budgets are to be asked: a pod that has finished, is pending or is being deleted disrupts nothing. */
    static boolean asksBudgets(Disruption why, JsonNode pod) {
        String phase = Trees.text(pod, "status", "phase");
        return why == Disruption.EVICTION_API
                && !Trees.oneOf(phase, "Succeeded", "Failed", "Pending")
                && !pod.path("metadata").has("deletionTimestamp");
    }

    /** Why the pod may not be evicted, or null. */
    static @Nullable Refusal refusal(StoredObject pod, DecidedState state) {
        List<StoredObject> budgets = state.list(Budget.TYPE, pod.key().namespace()).stream()
                .filter(budget -> Budget.selects(budget.json().tree(), pod))
                .toList();
        if (budgets.size() > 1) {
            return Refusal.of(
                    Reason.UNKNOWN,
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        return budgets.isEmpty() ? null : refusal(budgets.getFirst(), pod, state);
    }

    private static @Nullable Refusal refusal(StoredObject budget, StoredObject pod, DecidedState state) {
        JsonNode tree = budget.json().tree();
        Budget.Objects objects = new Budget.Objects(state.kinds(), state::get, state::list);
        Budget count = Budget.of(tree, pod.key().namespace(), objects, state.now());
        if (!Budget.isHealthy(pod) && allowsUnhealthy(tree, count) || count.disruptionsAllowed() > 0) {
            return null;
        }
        String name = budget.key().name();
        String why = count.failure() != null
                ? "The disruption budget %s does not allow evicting pods currently because it failed sync: %s"
                        .formatted(name, count.failure())
                : count.currentHealthy() <= count.desiredHealthy()
                        ? "The disruption budget %s needs %d healthy pods and has %d currently"
                                .formatted(name, count.desiredHealthy(), count.currentHealthy())
                        : "The disruption budget %s does not allow evicting pods currently".formatted(name);
        return new Refusal(
                Reason.TOO_MANY_REQUESTS,
                VIOLATES,
                null,
                null,
                List.of(new Refusal.Cause("DisruptionBudget", why, "")),
                0);
    }

    /** An unhealthy pod may go if its application is not disrupted, or if the budget says that it may always go. */
    private static boolean allowsUnhealthy(JsonNode budget, Budget count) {
        return Trees.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || count.failure() == null
                        && count.desiredHealthy() > 0
                        && count.currentHealthy() >= count.desiredHealthy();
    }

    /** The budgets still allow it when the eviction becomes an event. */
    static Guard guard(StoredObject pod) {
        return new Guard.Holds(state -> refusal(pod, state) == null);
    }
}
