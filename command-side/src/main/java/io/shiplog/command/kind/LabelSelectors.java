package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * {@code metav1.LabelSelector}: which labels it selects. A missing selector selects nothing, an empty one everything.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and selectors</a>
 */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** Whether a selector is well formed; a missing one is. */
    public static boolean isValid(JsonNode selector) {
        FieldErrors errors = new FieldErrors();
        Checks.labelSelector(selector, "", errors);
        return errors.isEmpty();
    }

    /** Whether a selector has no requirement. */
    public static boolean isEmpty(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /** Whether a valid selector selects these labels. */
    public static boolean matches(JsonNode selector, JsonNode labels) {
        if (!selector.isObject() || !containsAll(labels, selector.path("matchLabels"))) {
            return false;
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            JsonNode label = labels.path(Trees.text(requirement, "key"));
            boolean in = Trees.texts(requirement.path("values")).contains(label.asText());
            boolean fits = switch (Trees.text(requirement, "operator")) {
                case "In" -> !label.isMissingNode() && in;
                case "NotIn" -> label.isMissingNode() || !in;
                case "Exists" -> !label.isMissingNode();
                case "DoesNotExist" -> label.isMissingNode();
                default -> false;
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** Whether labels have all of these keys, with these values. */
    public static boolean containsAll(JsonNode labels, JsonNode wanted) {
        return wanted.properties().stream().allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
    }
}
