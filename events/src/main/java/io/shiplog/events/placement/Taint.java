package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A taint of a node.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and tolerations</a>
 */
public record Taint(String key, String value, String effect) {
    /** All taints of a node, by its tree. */
    public static List<Taint> ofNode(JsonNode node) {
        List<Taint> taints = new ArrayList<>();
        for (JsonNode taint : node.path("spec").path("taints")) {
            taints.add(new Taint(
                    taint.path("key").asText(),
                    taint.path("value").asText(),
                    taint.path("effect").asText()));
        }
        return List.copyOf(taints);
    }

    /** {@code {key: value}}, as in the scheduler's message. */
    public String shown() {
        return "{" + key + ": " + value + "}";
    }

    /** Whether it evicts pods that do not tolerate it. */
    public boolean drivesOut() {
        return effect.equals("NoExecute");
    }

    /** Whether it prevents scheduling of pods that do not tolerate it. */
    public boolean preventsScheduling() {
        return effect.equals("NoSchedule") || effect.equals("NoExecute");
    }
}
