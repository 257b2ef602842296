package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.LabelSelector;
import java.util.List;

/**
 * The {@code autoscaling/v1 Scale} of an object that has replicas.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1/">Scale</a>
 */
public final class Scale {
    private static final String KIND = "Scale";

    private Scale() {}

    /** A Scale unchanged; the Scale of any other object. */
    public static Json of(Json object) {
        JsonNode tree = object.tree();
        return tree.path("kind").asText().equals(KIND) ? object : Json.of(of(tree));
    }

    /** The Scale of an object. */
    public static ObjectNode of(JsonNode object) {
        ObjectNode scale = Json.MAPPER.createObjectNode();
        scale.put("kind", KIND);
        scale.put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        // As Kubernetes: a zero is left out of the spec, not of the status.
        ObjectNode spec = scale.putObject("spec");
        int replicas = object.path("spec").path("replicas").asInt(0);
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", object.path("status").path("replicas").asInt(0));
        String selector = selector(object.path("spec").path("selector"));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** A selector as text, {@code app=web,tier in (a,b)}, of either form: a map of labels, or matchLabels and matchExpressions. */
    private static String selector(JsonNode selector) {
        boolean labelSelector = selector.has("matchLabels") || selector.has("matchExpressions");
        return (labelSelector ? LabelSelector.of(selector) : LabelSelector.ofLabels(selector)).text();
    }
}
