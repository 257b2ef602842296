package io.shiplog.command.kind.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.object.LabelSelector;

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
        return selector.isObject() && LabelSelector.of(selector).matches(LabelSelector.textMap(labels));
    }

    /** A selector in one line, for tables; {@code <none>} if it has no requirement. */
    public static String textOrNone(JsonNode selector) {
        String text = LabelSelector.of(selector).text();
        return text.isEmpty() ? MetaColumns.NONE : text;
    }

    /** Whether labels have all of these keys, with these values. */
    public static boolean containsAll(JsonNode labels, JsonNode wanted) {
        return wanted.properties().stream().allMatch(e -> e.getValue().equals(labels.path(e.getKey())));
    }
}
