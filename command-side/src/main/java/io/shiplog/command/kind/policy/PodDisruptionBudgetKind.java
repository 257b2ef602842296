package io.shiplog.command.kind.policy;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.IntOrPercent;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Set;

/**
 * PodDisruptionBudgets: how many of the selected pods may be evicted at once.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/policy/validation/validation.go">
 *     ValidatePodDisruptionBudget</a>
 */
public final class PodDisruptionBudgetKind implements Kind {
    private static final List<String> COUNTS =
            List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");
    private static final List<String> EVICTION_POLICIES = List.of("AlwaysAllow", "IfHealthyBudget");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Min Available",
                    "The minimum number of pods that must be available.",
                    (budget, now) -> MetaColumns.textOr(Trees.at(budget, "spec", "minAvailable"), "N/A")),
            text(
                    "Max Unavailable",
                    "The maximum number of pods that may be unavailable.",
                    (budget, now) -> MetaColumns.textOr(Trees.at(budget, "spec", "maxUnavailable"), "N/A")),
            MetaColumns.number(
                    "Allowed Disruptions",
                    "Calculated number of pods that may be disrupted at this time.",
                    (budget, now) ->
                            Trees.at(budget, "status", "disruptionsAllowed").asInt()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("pdb")
                .subresources("status")
                .done();
    }

    @Override
    public List<String> nameErrors(String name) {
        return Names.pathSegment(name);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void setDefaults(ObjectNode budget) {
        Trees.object(budget, "spec");
    }

    @Override
    public void prepareForCreate(ObjectNode budget, DecidedState state) {
        ObjectNode status = budget.putObject("status");
        COUNTS.forEach(count -> status.put(count, 0));
    }

    @Override
    public void validate(ObjectNode budget, FieldErrors errors) {
        JsonNode spec = budget.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            errors.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        }
        for (String bound : List.of("minAvailable", "maxUnavailable")) {
            IntOrPercent.validate(spec.path(bound), "spec." + bound, errors);
            IntOrPercent.notMoreThanAll(spec.path(bound), "spec." + bound, errors);
        }
        Checks.labelSelector(spec.path("selector"), "spec.selector", errors);
        String policy = Trees.text(spec, "unhealthyPodEvictionPolicy");
        if (spec.has("unhealthyPodEvictionPolicy") && !EVICTION_POLICIES.contains(policy)) {
            errors.notSupported("spec.unhealthyPodEvictionPolicy", policy, EVICTION_POLICIES);
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode budget, ObjectNode old, FieldErrors errors) {
        for (String count : COUNTS) {
            Checks.notNegative(Trees.at(budget, "status", count), "status." + count, errors);
        }
    }
}
