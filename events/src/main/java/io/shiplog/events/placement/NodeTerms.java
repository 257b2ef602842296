package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Node selector terms: one term must match, with all its requirements.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity">Node affinity</a>
 */
public record NodeTerms(List<Term> terms) {
    public NodeTerms {
        terms = List.copyOf(terms);
    }

    /** All of these, over labels and over the node's name. */
    public record Term(List<Requirement> labels, List<Requirement> fields) {
        public Term {
            labels = List.copyOf(labels);
            fields = List.copyOf(fields);
        }

        /** Parses a node selector term. */
        public static Term of(JsonNode term) {
            return new Term(Requirement.all(term.path("matchExpressions")), Requirement.all(term.path("matchFields")));
        }

        /** An empty term matches nothing, as in Kubernetes. */
        public boolean matches(String node, Map<String, String> nodeLabels) {
            Map<String, String> name = Map.of("metadata.name", node);
            return !(labels.isEmpty() && fields.isEmpty())
                    && labels.stream().allMatch(each -> each.matches(nodeLabels))
                    && fields.stream().allMatch(each -> each.matches(name));
        }
    }

    /** In addition to those of label selectors: {@code Gt} and {@code Lt}, over whole numbers. */
    public record Requirement(String key, String operator, List<String> values) {
        public Requirement {
            values = List.copyOf(values);
        }

        static List<Requirement> all(JsonNode expressions) {
            List<Requirement> requirements = new ArrayList<>();
            for (JsonNode each : expressions) {
                List<String> values = new ArrayList<>();
                each.path("values").forEach(value -> values.add(value.asText()));
                requirements.add(new Requirement(
                        each.path("key").asText(), each.path("operator").asText(), values));
            }
            return requirements;
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> compared(value) > 0;
                case "Lt" -> compared(value) < 0;
                default -> false; // Validation admits no other.
            };
        }

        /** 0 if one of the two is not a number: then neither matches. */
        private int compared(@Nullable String value) {
            try {
                return value == null || values.isEmpty()
                        ? 0
                        : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    /** Parses a node selector. */
    public static NodeTerms of(JsonNode selector) {
        List<Term> terms = new ArrayList<>();
        selector.path("nodeSelectorTerms").forEach(term -> terms.add(Term.of(term)));
        return new NodeTerms(terms);
    }

    /** Whether a term matches a node of this name and these labels. */
    public boolean matches(String node, Map<String, String> labels) {
        return terms.stream().anyMatch(term -> term.matches(node, labels));
    }
}
