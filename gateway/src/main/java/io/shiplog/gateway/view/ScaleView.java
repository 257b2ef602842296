package io.shiplog.gateway.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The {@code autoscaling/v1 Scale} of an object that has replicas.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1/">Scale</a>
 */
public final class ScaleView {
    private ScaleView() {}

    /** A Scale unchanged; the Scale of any other object. */
    public static Json of(Json object) {
        JsonNode tree = object.tree();
        if (tree.path("kind").asText().equals("Scale")) {
            return object;
        }
        ObjectNode scale = Json.MAPPER.createObjectNode();
        scale.put("kind", "Scale");
        scale.put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = tree.path("metadata").get(field);
            if (value != null) {
                metadata.set(field, value);
            }
        }
        // As Kubernetes: a zero is left out of the spec, not of the status.
        ObjectNode spec = scale.putObject("spec");
        int replicas = tree.path("spec").path("replicas").asInt(0);
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", tree.path("status").path("replicas").asInt(0));
        String selector = selector(tree.path("spec").path("selector"));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return Json.of(scale);
    }

    /** A selector as text, either form: a map of labels, or matchLabels and matchExpressions. */
    private static String selector(JsonNode selector) {
        boolean labelSelector = selector.has("matchLabels") || selector.has("matchExpressions");
        List<String> terms = new ArrayList<>();
        (labelSelector ? selector.path("matchLabels") : selector)
                .properties()
                .forEach(label ->
                        terms.add(label.getKey() + "=" + label.getValue().asText()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            TreeSet<String> values = new TreeSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            String key = expression.path("key").asText();
            String in = "(" + String.join(",", values) + ")";
            terms.add(
                    switch (expression.path("operator").asText()) {
                        case "In" -> key + " in " + in;
                        case "NotIn" -> key + " notin " + in;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        terms.sort(null);
        return String.join(",", terms);
    }
}
