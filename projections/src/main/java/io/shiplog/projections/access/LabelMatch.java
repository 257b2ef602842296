package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A LabelSelector: matchLabels and matchExpressions, all of which must match. Selectors with the same requirements are equal, whatever
 * their order.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/">LabelSelector</a>
 */
public record LabelMatch(List<Requirement> requirements) implements Predicate<Map<String, String>> {
    private static final Comparator<Requirement> ORDER = Comparator.comparing(Requirement::key)
            .thenComparing(Requirement::operator)
            .thenComparing(requirement -> String.join(",", requirement.values()));

    public LabelMatch {
        requirements = requirements.stream().sorted(ORDER).toList();
    }

    /**
     * One requirement.
     *
     * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
     */
    public record Requirement(String key, String operator, SortedSet<String> values) {
        public Requirement {
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
        }

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

    /** Reads a selector; one that is missing or empty matches everything. */
    public static LabelMatch of(JsonNode selector) {
        List<Requirement> requirements = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> requirements.add(new Requirement(
                        label.getKey(),
                        "In",
                        new TreeSet<>(Set.of(label.getValue().asText())))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            SortedSet<String> values = new TreeSet<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(new Requirement(
                    expression.path("key").asText(), expression.path("operator").asText(), values));
        }
        return new LabelMatch(requirements);
    }

    @Override
    public boolean test(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(labels)) {
                return false;
            }
        }
        return true;
    }
}
