package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A LabelSelector as in an aggregation rule: matchLabels and matchExpressions, all of which must match.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/">LabelSelector</a>
 */
record LabelMatch(List<Requirement> requirements) implements Predicate<Map<String, String>> {

    private record Requirement(String key, String operator, Set<String> values) {
        private boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                default -> false;
            };
        }
    }

    static List<LabelMatch> listOf(JsonNode selectors) {
        List<LabelMatch> all = new ArrayList<>();
        selectors.forEach(selector -> all.add(of(selector)));
        return List.copyOf(all);
    }

    private static LabelMatch of(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> requirements.add(new Requirement(
                        label.getKey(), "In", Set.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            Set<String> values = new HashSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(
                    expression.path("key").asText(), expression.path("operator").asText(), Set.copyOf(values)));
        }
        return new LabelMatch(List.copyOf(requirements));
    }

    @Override
    public boolean test(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }
}
