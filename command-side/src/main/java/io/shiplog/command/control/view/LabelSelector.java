package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A selector over labels.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements">LabelSelector</a>
 */
public record LabelSelector(Map<String, String> labels, List<Requirement> requirements) {
    public LabelSelector {
        labels = Map.copyOf(labels);
        requirements = List.copyOf(requirements);
    }

    /** One of {@code matchExpressions}. */
    public record Requirement(String key, String operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                default -> false; // Validation admits no other.
            };
        }
    }

    /** Parses {@code {matchLabels, matchExpressions}}. */
    public static LabelSelector of(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        for (JsonNode each : selector.path("matchExpressions")) {
            Set<String> values = new HashSet<>();
            each.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(
                    each.path("key").asText(), each.path("operator").asText(), values));
        }
        return new LabelSelector(textMap(selector.path("matchLabels")), requirements);
    }

    /** Parses a plain map of labels, as in Services and ReplicationControllers. */
    public static LabelSelector ofLabels(JsonNode labels) {
        return new LabelSelector(textMap(labels), List.of());
    }

    /** Whether it has no requirements. In Kubernetes an empty one means all or none, depending on the field. */
    public boolean isEmpty() {
        return labels.isEmpty() && requirements.isEmpty();
    }

    /** Whether an object with these labels is selected. */
    public boolean matches(Map<String, String> candidate) {
        for (Map.Entry<String, String> each : labels.entrySet()) {
            if (!each.getValue().equals(candidate.get(each.getKey()))) {
                return false;
            }
        }
        return requirements.stream().allMatch(each -> each.matches(candidate));
    }

    /** A JSON object of texts as a map. */
    public static Map<String, String> textMap(JsonNode node) {
        Map<String, String> map = new HashMap<>();
        node.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }
}
