package io.shiplog.command.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.events.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The taints from a node's conditions.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">Taint-based
 *     evictions</a>
 */
final class NodeTaints {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final String KEEP_AWAY = "NoSchedule";
    private static final String DRIVE_OUT = "NoExecute";
    private static final Map<String, String> PRESSURES = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private NodeTaints() {}

    /** A taint without a value. */
    private record Kind(String key, String effect) implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            int byKey = key.compareTo(other.key);
            return byKey != 0 ? byKey : effect.compareTo(other.effect);
        }
    }

    /**
     * The desired taints of a node: those set by users, and those of its conditions.
     *
     * @param conditions the node's new conditions
     * @param mayDriveOut whether pods have another node to go to
     */
    static ArrayNode of(JsonNode node, JsonNode conditions, boolean mayDriveOut, Instant now) {
        Set<Kind> wanted = wanted(node, conditions, mayDriveOut);
        ArrayNode taints = Json.MAPPER.createArrayNode();
        for (JsonNode taint : node.path("spec").path("taints")) {
            Kind kind =
                    new Kind(taint.path("key").asText(), taint.path("effect").asText());
            if (!given(kind) || wanted.remove(kind)) {
                taints.add(taint);
            }
        }
        for (Kind kind : wanted) {
            taints.addObject()
                    .put("key", kind.key())
                    .put("effect", kind.effect())
                    .put("timeAdded", Conditions.time(now));
        }
        return taints;
    }

    private static Set<Kind> wanted(JsonNode node, JsonNode conditions, boolean mayDriveOut) {
        Set<Kind> wanted = new TreeSet<>();
        String ready = Conditions.find(conditions, "Ready").path("status").asText("False");
        if (!ready.equals("True")) {
            String key = ready.equals("False") ? NOT_READY : UNREACHABLE;
            wanted.add(new Kind(key, KEEP_AWAY));
            if (mayDriveOut) {
                wanted.add(new Kind(key, DRIVE_OUT));
            }
        }
        PRESSURES.forEach((condition, key) -> {
            if (Conditions.has(conditions, condition, "True")) {
                wanted.add(new Kind(key, KEEP_AWAY));
            }
        });
        if (node.path("spec").path("unschedulable").asBoolean()) {
            wanted.add(new Kind(UNSCHEDULABLE, KEEP_AWAY));
        }
        return wanted;
    }

    /** Whether a taint follows from the node's condition {@code Ready}. */
    static boolean ofReadiness(String key) {
        return key.equals(NOT_READY) || key.equals(UNREACHABLE);
    }

    /** Whether a taint is managed by conditions. */
    private static boolean given(Kind kind) {
        boolean lost = ofReadiness(kind.key());
        boolean other = PRESSURES.containsValue(kind.key()) || kind.key().equals(UNSCHEDULABLE);
        return lost && !kind.effect().equals("PreferNoSchedule")
                || other && kind.effect().equals(KEEP_AWAY);
    }
}
