package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pod's toleration of taints of a key (empty for all), value and effect (empty for all).
 *
 * @param seconds how long it tolerates a NoExecute taint; null forever
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and tolerations</a>
 */
public record Toleration(
        String key,
        String operator,
        String value,
        String effect,
        @Nullable Long seconds) {
    /** All tolerations of a pod, by its spec. */
    public static List<Toleration> ofPod(JsonNode spec) {
        List<Toleration> tolerations = new ArrayList<>();
        for (JsonNode each : spec.path("tolerations")) {
            tolerations.add(new Toleration(
                    each.path("key").asText(),
                    each.path("operator").asText("Equal"),
                    each.path("value").asText(),
                    each.path("effect").asText(),
                    each.hasNonNull("tolerationSeconds")
                            ? each.path("tolerationSeconds").asLong()
                            : null));
        }
        return List.copyOf(tolerations);
    }

    /** Whether it tolerates a taint, at least for a while. */
    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(taint.effect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        return operator.equals("Exists") || value.equals(taint.value());
    }
}
