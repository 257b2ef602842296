package io.shiplog.events.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
            return new Term(
                    Requirement.listOf(term.path("matchExpressions")), Requirement.listOf(term.path("matchFields")));
        }

        /** An empty term matches nothing, as in Kubernetes. */
        public boolean matches(String node, Map<String, String> nodeLabels) {
            return !(labels.isEmpty() && fields.isEmpty())
                    && all(labels, nodeLabels)
                    && (fields.isEmpty() || all(fields, Map.of("metadata.name", node)));
        }

        private static boolean all(List<Requirement> requirements, Map<String, String> of) {
            for (Requirement each : requirements) {
                if (!each.matches(of)) {
                    return false;
                }
            }
            return true;
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
        for (Term term : terms) {
            if (term.matches(node, labels)) {
                return true;
            }
        }
        return false;
    }
}
