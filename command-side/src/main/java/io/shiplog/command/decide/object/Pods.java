package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.object.ObjectKey;
import org.jspecify.annotations.Nullable;

/** What decisions have to know of pods: their node, their conditions, whether they are deleted at once. */
public final class Pods {
    private Pods() {}

    /** The node of a pod that has one; null for any other object. */
    public static @Nullable String node(ObjectKey key, ObjectNode object) {
        if (!key.type().equals(TypeRules.PODS)) {
            return null;
        }
        String node = object.path("spec").path("nodeName").asText("");
        return node.isEmpty() ? null : node;
    }

    /** A pod without a node, or that has finished, is deleted at once. */
    public static boolean goesAtOnce(ObjectNode pod) {
        String phase = pod.path("status").path("phase").asText("");
        return pod.path("spec").path("nodeName").asText("").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed");
    }

    /** Replaces the condition of the same type, or appends it. */
    public static void put(ObjectNode status, ObjectNode condition) {
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
