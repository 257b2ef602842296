package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.Decision.Changed;
import io.shiplog.command.decide.Decision.Refused;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions specific to pods: their node, and their grace period. */
final class Pods {
    private Pods() {}

    /** The node of a pod that has one; null for any other object. */
    static @Nullable String node(ObjectKey key, ObjectNode object) {
        if (!key.type().equals(TypeRules.PODS)) {
            return null;
        }
        String node = object.path("spec").path("nodeName").asText("");
        return node.isEmpty() ? null : node;
    }

    /** A pod without a node, or that has finished, is deleted at once. */
    static boolean goesAtOnce(ObjectNode pod) {
        String phase = pod.path("status").path("phase").asText("");
        return pod.path("spec").path("nodeName").asText("").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed");
    }

    /**
     * Sets a pod's node, once.
     *
     * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/storage.go">BindingREST</a>
     */
    static Decision bind(DecisionContext context, StoredObject current, ObjectNode old, BindPod command) {
        String name = context.key().name();
        if (command.uid() != null && !command.uid().equals(current.uid())) {
            return conflict(
                    context,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(command.uid(), current.uid()));
        }
        if (command.node().isEmpty()) {
            return new Refused(Refusal.of(
                    Reason.INVALID, "Binding \"%s\" is invalid: target.name: Required value".formatted(name)));
        }
        if (current.deleting()) {
            return conflict(context, "pod %s is being deleted, cannot be assigned to a host".formatted(name));
        }
        String node = node(context.key(), old);
        if (node != null) {
            return conflict(context, "pod %s is already assigned to node \"%s\"".formatted(name, node));
        }
        if (!old.path("spec").path("schedulingGates").isEmpty()) {
            return conflict(context, "pod %s has non-empty .spec.schedulingGates".formatted(name));
        }
        ObjectNode next = old.deepCopy();
        Trees.object(next, "spec").put("nodeName", command.node());
        markScheduled(Trees.object(next, "status"), context.timestamp());
        return Updating.changed(context, old, next, "bind", List.of());
    }

    private static Decision conflict(DecisionContext context, String why) {
        return new Refused(Refusal.of(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on pods/binding \"%s\": %s"
                        .formatted(context.key().name(), why),
                context.key()));
    }

    private static void markScheduled(ObjectNode status, String now) {
        ObjectNode scheduled = status.objectNode();
        scheduled.put("type", "PodScheduled");
        scheduled.put("status", "True");
        scheduled.put("lastTransitionTime", now);
        put(status, scheduled);
        status.remove("nominatedNodeName");
    }

    /**
     * Deletes a pod with a reason, if its disruption budget allows it.
     *
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/storage/eviction.go">EvictionREST</a>
     */
    static Decision evict(DecisionContext context, StoredObject current, ObjectNode old, EvictPod command) {
        ObjectNode told = old.deepCopy();
        ObjectNode status = Trees.object(told, "status");
        ObjectNode disrupted = status.objectNode();
        disrupted.put("type", "DisruptionTarget");
        disrupted.put("status", "True");
        disrupted.put("lastTransitionTime", context.timestamp());
        disrupted.put("reason", command.why().reason());
        disrupted.put("message", command.why().message());
        put(status, disrupted);
        Decision deleted = Deleting.delete(context, current, told, command.deletion(), "evict");
        if (!(deleted instanceof Changed changed) || !Evictions.asksBudgets(command.why(), old)) {
            return deleted;
        }
        Refusal refusal = Evictions.refusal(current, context.state());
        return refusal == null ? changed.guardedBy(Evictions.guard(current)) : new Refused(refusal);
    }

    /** Replaces the condition of the same type, or appends it. */
    private static void put(ObjectNode status, ObjectNode condition) {
        ArrayNode conditions = status.withArrayProperty("conditions");
        for (int i = 0; i < conditions.size(); i++) {
            if (conditions.get(i).path("type").equals(condition.path("type"))) {
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition);
    }
}
