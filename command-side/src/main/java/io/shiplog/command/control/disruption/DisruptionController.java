package io.shiplog.command.control.disruption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.StatusChange;
import io.shiplog.command.control.view.Types;
import io.shiplog.command.kind.policy.Budget;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.Regarding;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the status of PodDisruptionBudgets how many pods may be evicted now. Evictions do not read it: the decider counts the pods
 * itself, so that two evictions at once cannot both pass.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/configure-pdb/">Disruption budgets</a>
 */
public final class DisruptionController implements Controller {
    private static final String NAME = "disruption-controller";
    private static final String CONDITION = "DisruptionAllowed";
    private static final int REMEMBERED = 4096;
    private static final Memo<JsonNode> TREES =
            new Memo<>(REMEMBERED, budget -> budget.json().tree());

    /** The built-in types whose replicas a budget's pods are. */
    private static final Set<ResourceType> SCALED = Set.of(
            Types.DEPLOYMENTS,
            Types.REPLICA_SETS,
            Types.REPLICATION_CONTROLLERS,
            new ResourceType("apps", "statefulsets"));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Budget.TYPE).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        StoredObject after = change.after();
        ObjectKey key = after.key();
        if (key.type().equals(Budget.TYPE)) {
            replan.accept(key);
        } else if (key.type().equals(Types.PODS)) {
            for (StoredObject budget : image.list(Budget.TYPE, key.namespace())) {
                JsonNode tree = TREES.of(budget);
                if (Budget.selects(tree, after) || change.before() != null && Budget.selects(tree, change.before())) {
                    replan.accept(budget.key());
                }
            }
        } else if (SCALED.contains(key.type())) {
            image.list(Budget.TYPE, key.namespace()).forEach(budget -> replan.accept(budget.key()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject stored = image.get(key);
        if (stored == null || stored.deleting()) {
            return Plan.NOTHING;
        }
        JsonNode tree = stored.json().tree();
        Budget budget =
                Budget.of(tree, key.namespace(), new Budget.Objects(image.kinds(), image::get, image::list), now);
        Command change = StatusChange.of(stored, tree.path("status"), status(tree, budget, now));
        Duration wait = budget.disrupted().values().stream()
                .min(Comparator.naturalOrder())
                .map(since -> Duration.between(now, since.plus(Budget.DELETION_TIMEOUT)))
                .orElse(null);
        return new Plan(change == null ? List.of() : List.of(Step.of(change, report(tree, budget))), wait);
    }

    private static ObjectNode status(JsonNode tree, Budget budget, Instant now) {
        JsonNode old = tree.path("status");
        long generation = tree.path("metadata").path("generation").asLong();
        if (budget.failure() != null) {
            ObjectNode failed = StatusChange.copyOf(old);
            failed.put("disruptionsAllowed", 0);
            failed.set("conditions", conditions(old, false, "SyncFailed", budget.failure(), now));
            return failed;
        }
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.put("disruptionsAllowed", budget.disruptionsAllowed());
        status.put("currentHealthy", budget.currentHealthy());
        status.put("desiredHealthy", budget.desiredHealthy());
        status.put("expectedPods", budget.expectedPods());
        status.put("observedGeneration", generation);
        if (!budget.disrupted().isEmpty()) {
            ObjectNode disrupted = status.putObject("disruptedPods");
            budget.disrupted().forEach((pod, since) -> disrupted.put(pod, Conditions.time(since)));
        }
        boolean allowed = budget.disruptionsAllowed() > 0;
        ArrayNode conditions = conditions(old, allowed, allowed ? "SufficientPods" : "InsufficientPods", "", now);
        if (Conditions.find(conditions, CONDITION) instanceof ObjectNode condition) {
            condition.put("observedGeneration", generation);
        }
        status.set("conditions", conditions);
        return status;
    }

    private static ArrayNode conditions(JsonNode old, boolean allowed, String reason, String message, Instant now) {
        return Conditions.with(
                        old.path("conditions"),
                        Conditions.condition(CONDITION, allowed ? "True" : "False", reason, message, now))
                .deepCopy();
    }

    private static @Nullable ObjectEvent report(JsonNode tree, Budget budget) {
        if (budget.failure() != null) {
            return ObjectEvent.warning(
                    Regarding.object(tree),
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: " + budget.failure(),
                    NAME);
        }
        if (!budget.unmanaged().isEmpty()) {
            return ObjectEvent.warning(
                    Regarding.object(tree),
                    "UnmanagedPods",
                    "Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB cannot be"
                            + " calculated correctly, which may result in undefined behavior. To account for these pods please set"
                            + " \".spec.minAvailable\" field of the PDB to an integer value.",
                    NAME);
        }
        return budget.expectedPods() == 0
                ? ObjectEvent.normal(Regarding.object(tree), "NoPods", "No matching pods found", NAME)
                : null;
    }
}
