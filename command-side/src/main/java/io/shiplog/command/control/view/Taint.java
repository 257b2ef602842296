package io.shiplog.command.control.view;

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

    /** {@code {key: value}}, as the scheduler's message shows it. */
    public String shown() {
        return "{" + key + ": " + value + "}";
    }

    /** Whether it drives pods out that do not tolerate it. */
    public boolean drivesOut() {
        return effect.equals("NoExecute");
    }

    /** Whether it keeps pods away that do not tolerate it. */
    public boolean preventsScheduling() {
        return effect.equals("NoSchedule") || effect.equals("NoExecute");
    }
}
