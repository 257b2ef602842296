package io.shiplog.events.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A selector over labels: all of its labels and requirements must match. One mechanism for the selectors of objects, of queries and of
 * aggregation rules. Selectors with the same labels and requirements are equal, whatever their order.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label selectors</a>
 */
public record LabelSelector(Map<String, String> labels, List<Requirement> requirements) {
    private static final Comparator<Requirement> ORDER = Comparator.comparing(Requirement::key)
            .thenComparing(Requirement::operator)
            .thenComparing(requirement -> String.join(",", new TreeSet<>(requirement.values())));

    /** Selects everything. */
    public static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

    /** Selects nothing. */
    public static final LabelSelector NOTHING =
            new LabelSelector(Map.of(), List.of(new Requirement("", "In", Set.of())));

    public LabelSelector {
        labels = Map.copyOf(labels);
        requirements = requirements.stream().sorted(ORDER).toList();
    }

    /**
     * One requirement on one label.
     *
     * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}; {@code Gt} or {@code Lt} with one whole number
     */
    public record Requirement(String key, String operator, Set<String> values) {
        public Requirement {
            values = Set.copyOf(values);
        }

        /** Reads {@code matchExpressions}. */
        public static List<Requirement> listOf(JsonNode expressions) {
            List<Requirement> requirements = new ArrayList<>();
            for (JsonNode each : expressions) {
                Set<String> values = new HashSet<>();
                each.path("values").forEach(value -> values.add(value.asText()));
                requirements.add(new Requirement(
                        each.path("key").asText(), each.path("operator").asText(), values));
            }
            return requirements;
        }

        /** Whether the labels meet it; a requirement of an unknown operator is never met. */
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> value != null && compare(value) > 0;
                case "Lt" -> value != null && compare(value) < 0;
                default -> false;
            };
        }

        /** The sign of value minus bound; 0 if either is no whole number. */
        private int compare(String value) {
            try {
                return values.isEmpty()
                        ? 0
                        : Long.compare(
                                Long.parseLong(value),
                                Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        private String text() {
            String list = "(" + String.join(",", new TreeSet<>(values)) + ")";
            return switch (operator) {
                case "In" -> key + " in " + list;
                case "NotIn" -> key + " notin " + list;
                case "Exists" -> key;
                case "DoesNotExist" -> "!" + key;
                default -> "<invalid>";
            };
        }
    }

    /** Reads {@code {matchLabels, matchExpressions}}; a missing one has no requirements. */
    public static LabelSelector of(JsonNode selector) {
        return new LabelSelector(
                textMap(selector.path("matchLabels")), Requirement.listOf(selector.path("matchExpressions")));
    }

    /** Reads a plain map of labels, as in Services and ReplicationControllers. */
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
        for (Requirement each : requirements) {
            if (!each.matches(candidate)) {
                return false;
            }
        }
        return true;
    }

    /** {@code app=web,tier in (a,b),!legacy}, sorted by key; empty if it has no requirements. */
    public String text() {
        List<Map.Entry<String, String>> parts = new ArrayList<>();
        labels.forEach((key, value) -> parts.add(Map.entry(key, key + "=" + value)));
        requirements.forEach(each -> parts.add(Map.entry(each.key(), each.text())));
        parts.sort(Comparator.comparing(Map.Entry::getKey));
        return String.join(",", parts.stream().map(Map.Entry::getValue).toList());
    }

    /** A JSON object of texts as a map. */
    public static Map<String, String> textMap(JsonNode node) {
        Map<String, String> map = new HashMap<>();
        node.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }
}
