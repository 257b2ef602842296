package io.shiplog.projections.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A NetworkPolicy. A pod that a policy selects for a direction is isolated in it: only what one of these policies allows is allowed.
 *
 * @param pods selects pods of its namespace
 * @param ingress what its pods accept; null if it says nothing about this direction
 * @param egress what its pods may open; null if it says nothing about this direction
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/network-policies/">Network policies</a>
 */
public record PodPolicy(
        ObjectKey key,
        LabelSelector pods,
        @Nullable List<PolicyRule> ingress,
        @Nullable List<PolicyRule> egress) {
    public static final ResourceType TYPE = new ResourceType("networking.k8s.io", "networkpolicies");

    public PodPolicy {
        ingress = ingress == null ? null : List.copyOf(ingress);
        egress = egress == null ? null : List.copyOf(egress);
    }

    /** Reads a stored NetworkPolicy. */
    public static PodPolicy of(StoredObject object) {
        JsonNode spec = object.json().tree().path("spec");
        JsonNode types = spec.path("policyTypes");
        boolean egress = types.isEmpty() ? !spec.path("egress").isEmpty() : has(types, "Egress");
        return new PodPolicy(
                object.key(),
                LabelSelector.of(spec.path("podSelector")),
                types.isEmpty() || has(types, "Ingress") ? rules(object, spec.path("ingress"), "from") : null,
                egress ? rules(object, spec.path("egress"), "to") : null);
    }

    private static boolean has(JsonNode types, String type) {
        for (JsonNode each : types) {
            if (each.asText().equals(type)) {
                return true;
            }
        }
        return false;
    }

    private static List<PolicyRule> rules(StoredObject object, JsonNode rules, String peers) {
        List<PolicyRule> all = new ArrayList<>();
        rules.forEach(rule -> all.add(PolicyRule.of(object.key().namespace(), rule, rule.path(peers))));
        return all;
    }

    /** Whether it is about this pod, in either direction. */
    public boolean selects(String namespace, Map<String, String> labels) {
        return key.namespace().equals(namespace) && pods.matches(labels);
    }

    /** The rules of a direction, null if it says nothing about it. */
    public @Nullable List<PolicyRule> rules(Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }

    /** Seen from the pod that a policy selects. */
    public enum Direction {
        INGRESS,
        EGRESS
    }
}
