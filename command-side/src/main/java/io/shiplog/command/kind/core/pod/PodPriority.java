package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.scheduling.PriorityClassKind;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * The priority of a new pod: that of its class, else that of the cluster's default class, else zero.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/">Pod priority and
 *     preemption</a>
 */
public final class PodPriority {
    private static final String PREEMPT = "PreemptLowerPriority";
    private static final String CLASS_NAME = "priorityClassName";
    private static final String PRIORITY = "priority";
    private static final String POLICY = "preemptionPolicy";

    private PodPriority() {}

    /** Sets the class's values. Values set by the author stay until {@link #whyNot} has checked them. */
    static void apply(ObjectNode spec, DecidedState state) {
        JsonNode priorityClass = classOf(spec, state);
        if (priorityClass != null) {
            Trees.defaultText(spec, CLASS_NAME, Trees.name(priorityClass));
        }
        Trees.defaultNumber(spec, PRIORITY, priority(priorityClass));
        Trees.defaultText(spec, POLICY, policy(priorityClass));
    }

    /** Why the pod is refused, empty if it is not: a missing class, or a priority that differs from its class. */
    static String whyNot(JsonNode spec, DecidedState state) {
        JsonNode priorityClass = classOf(spec, state);
        String name = text(spec, CLASS_NAME);
        if (priorityClass == null && !name.isEmpty()) {
            return "no PriorityClass with name %s was found".formatted(name);
        }
        int priority = priority(priorityClass);
        if (spec.path(PRIORITY).asInt(priority) != priority) {
            return ("the integer value of priority (%d) must not be provided in pod spec; priority admission controller"
                            + " computed %d from the given PriorityClass name")
                    .formatted(spec.path(PRIORITY).asInt(), priority);
        }
        String policy = policy(priorityClass);
        if (!spec.path(POLICY).asText(policy).equals(policy)) {
            return ("the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission"
                            + " controller computed %s from the given PriorityClass name")
                    .formatted(text(spec, POLICY), policy);
        }
        return "";
    }

    private static @Nullable JsonNode classOf(JsonNode spec, DecidedState state) {
        String name = text(spec, CLASS_NAME);
        if (name.isEmpty()) {
            return PriorityClassKind.byDefault(state);
        }
        StoredObject named = state.get(ObjectKey.clusterScoped(PriorityClassKind.TYPE, name));
        return named == null ? null : named.json().tree();
    }

    private static int priority(@Nullable JsonNode priorityClass) {
        return priorityClass == null ? 0 : priorityClass.path("value").asInt();
    }

    private static String policy(@Nullable JsonNode priorityClass) {
        return priorityClass == null ? PREEMPT : priorityClass.path(POLICY).asText(PREEMPT);
    }
}
