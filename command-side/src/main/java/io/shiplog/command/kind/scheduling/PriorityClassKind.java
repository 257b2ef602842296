package io.shiplog.command.kind.scheduling;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PriorityClasses. Names with {@code system-} are reserved; at most one class is the default.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass">PriorityClass</a>
 * @see <a
 *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/scheduling/validation/validation.go">ValidatePriorityClass</a>
 */
public final class PriorityClassKind implements Kind {
    public static final ResourceType TYPE = new ResourceType("scheduling.k8s.io", "priorityclasses");

    private static final String SYSTEM_PREFIX = "system-";
    private static final Map<String, Integer> SYSTEM_VALUES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);
    private static final int HIGHEST_OF_USERS = 1_000_000_000;
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.number(
                    "Value",
                    "value represents the integer value of this priority class. This is the actual priority that pods receive"
                            + " when they have the name of this class in their pod spec.",
                    (priority, now) -> priority.path("value").asInt()),
            new Column(
                    "Global-Default",
                    "boolean",
                    "",
                    "globalDefault specifies whether this PriorityClass should be considered as the default priority for pods"
                            + " that do not have any priority class.",
                    0,
                    (priority, now) -> priority.path("globalDefault").asBoolean()),
            MetaColumns.AGE,
            text(
                    "PreemptionPolicy",
                    "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never,"
                            + " PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.",
                    (priority, now) -> priority.path("preemptionPolicy").asText()));

    private static final List<String> POLICIES = List.of("PreemptLowerPriority", "Never");

    @Override
    public KindDescription description() {
        return KindDescription.draft("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("pc")
                .done();
    }

    @Override
    public boolean keepsFirstGeneration() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode priorityClass) {
        Trees.defaultText(priorityClass, "preemptionPolicy", "PreemptLowerPriority");
    }

    @Override
    public @Nullable Refusal admit(
            ObjectNode priorityClass, @Nullable ObjectNode old, Actor actor, DecidedState state) {
        JsonNode other = priorityClass.path("globalDefault").asBoolean() ? byDefault(state) : null;
        if (other == null || old != null && Trees.name(other).equals(Trees.name(priorityClass))) {
            return null;
        }
        ObjectKey key = ObjectKey.clusterScoped(TYPE, Trees.name(priorityClass));
        return Refusal.forbidden(
                key,
                "PriorityClass %s is already marked as default. Only one default can exist"
                        .formatted(Trees.name(other)));
    }

    @Override
    public void validate(ObjectNode priorityClass, FieldErrors errors) {
        String name = Trees.name(priorityClass);
        int value = priorityClass.path("value").asInt();
        if (name.startsWith(SYSTEM_PREFIX)) {
            String why = whyNotOfTheSystem(
                    name, value, priorityClass.path("globalDefault").asBoolean());
            if (!why.isEmpty()) {
                errors.forbidden(
                        "metadata.name",
                        "priority class names with '%s' prefix are reserved for system use only. error: %s"
                                .formatted(SYSTEM_PREFIX, why));
            }
        } else if (value > HIGHEST_OF_USERS) {
            errors.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST_OF_USERS);
        }
        Checks.oneOf(Trees.text(priorityClass, "preemptionPolicy"), POLICIES, "preemptionPolicy", errors);
    }

    private static String whyNotOfTheSystem(String name, int value, boolean globalDefault) {
        Integer right = SYSTEM_VALUES.get(name);
        if (right == null) {
            return name + " is not a known system priority class";
        }
        if (right != value) {
            return "value of %s PriorityClass must be %d".formatted(name, right);
        }
        return globalDefault ? "globalDefault of %s PriorityClass must be false".formatted(name) : "";
    }

    /** Nothing else can change. */
    @Override
    public void validateChange(ObjectNode priorityClass, ObjectNode old, FieldErrors errors) {
        validateUpdate(priorityClass, old, errors);
    }

    @Override
    public void validateUpdate(ObjectNode priorityClass, ObjectNode old, FieldErrors errors) {
        if (priorityClass.path("value").asInt() != old.path("value").asInt()) {
            errors.forbidden("value", "may not be changed in an update.");
        }
        Checks.immutable(
                priorityClass.path("preemptionPolicy"), old.path("preemptionPolicy"), "preemptionPolicy", errors);
    }

    /** The default class; the lowest one of several, as in Kubernetes. Null if there is none. */
    public static @Nullable JsonNode byDefault(DecidedState state) {
        return state.list(PriorityClassKind.TYPE).stream()
                .map(each -> each.json().tree())
                .filter(each -> each.path("globalDefault").asBoolean())
                .min(Comparator.comparingInt(each -> each.path("value").asInt()))
                .orElse(null);
    }
}
