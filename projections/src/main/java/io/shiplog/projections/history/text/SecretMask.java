package io.shiplog.projections.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.projections.history.diff.Noise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Masks the values of Secrets in displayed changes, as {@code kubectl diff} does.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubectl/generated/kubectl_diff/">kubectl diff</a>
 */
public final class SecretMask {
    /** The replacement of a value. */
    public static final String MASK = "***";

    private static final List<String> HIDDEN = List.of("data", "stringData");

    private SecretMask() {}

    /** Whether an object, or a reference to one with {@code kind} and {@code apiVersion}, is a Secret. */
    public static boolean covers(JsonNode object) {
        return object.path("kind").asText("").equals("Secret")
                && object.path("apiVersion").asText("").equals("v1");
    }

    /** Whether a Secret's field is confidential. kubectl keeps the manifest in an annotation. */
    static boolean hides(String path) {
        return HIDDEN.stream().anyMatch(field -> path.startsWith("." + field)) || path.contains(Noise.LAST_APPLIED);
    }

    /**
     * Masks the values of a Secret; leaves any other object unchanged.
     *
     * @param other the object to compare with: a value that differs from the other's is marked with the side
     * @param side {@code before} or {@code after}
     */
    public static void mask(ObjectNode object, @Nullable JsonNode other, String side) {
        if (!covers(object)) {
            return;
        }
        for (String field : HIDDEN) {
            if (object.get(field) instanceof ObjectNode values) {
                values.properties().forEach(entry -> {
                    JsonNode there = other == null ? null : other.path(field).get(entry.getKey());
                    boolean differs = there != null && !there.equals(entry.getValue());
                    entry.setValue(TextNode.valueOf(differs ? MASK + " (" + side + ")" : MASK));
                });
            }
        }
    }
}
