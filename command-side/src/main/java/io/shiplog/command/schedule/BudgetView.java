package io.shiplog.command.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.HashSet;
import java.util.Set;

/**
 * A PodDisruptionBudget as preemption sees it.
 *
 * @param allowed how many of its pods may go now, as its status says
 * @param going the names of pods that its status counts as gone already
 */
record BudgetView(String namespace, LabelSelector selector, int allowed, Set<String> going) {
    private static final int REMEMBERED = 4096;
    private static final Memo<BudgetView> MEMO = new Memo<>(REMEMBERED, BudgetView::read);

    static BudgetView of(StoredObject budget) {
        return MEMO.of(budget);
    }

    private static BudgetView read(StoredObject budget) {
        JsonNode tree = budget.json().tree();
        Set<String> going = new HashSet<>();
        tree.path("status").path("disruptedPods").fieldNames().forEachRemaining(going::add);
        return new BudgetView(
                budget.key().namespace(),
                LabelSelector.of(tree.path("spec").path("selector")),
                tree.path("status").path("disruptionsAllowed").asInt(),
                Set.copyOf(going));
    }

    /** Whether the end of a pod counts against it. */
    boolean counts(PodDemand pod) {
        ObjectKey key = pod.key();
        return key.namespace().equals(namespace)
                && !pod.labels().isEmpty()
                && !selector.isEmpty()
                && selector.matches(pod.labels())
                && !going.contains(key.name());
    }
}
