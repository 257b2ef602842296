package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** A short hash of a tree, safe in names and labels: FNV-1a, in the letters of generated names. */
public final class ContentHash {
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private ContentHash() {}

    /**
     * The hash of a tree; the order of its fields does not count.
     *
     * @param collisions how often the previous name was taken: each number gives another hash
     */
    public static String of(JsonNode tree, int collisions) {
        StringBuilder canonical = new StringBuilder();
        canonical(tree, canonical);
        if (collisions > 0) {
            canonical.append('#').append(collisions);
        }
        int hash = FNV_OFFSET;
        for (byte each : canonical.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return safe(hash);
    }

    /**
     * The hash of the data of a ControllerRevision, as Kubernetes has it for a StatefulSet: FNV-1 over the data as Go writes it, and
     * the number of collisions.
     *
     * @param data with sorted fields
     * @see <a
     *     href="https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/history/controller_history.go">HashControllerRevision</a>
     */
    public static String ofRevision(JsonNode data, int collisions) {
        // Go's encoder escapes these for HTML; in JSON they occur in texts alone.
        String text =
                data.toString().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e") + collisions;
        int hash = FNV_OFFSET;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = hash * FNV_PRIME ^ (each & 0xff);
        }
        return safe(hash);
    }

    private static String safe(int hash) {
        StringBuilder safe = new StringBuilder();
        for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
            safe.append(ALPHABET.charAt(digit % ALPHABET.length()));
        }
        return safe.toString();
    }

    /** The same text for equal trees, regardless of field order. */
    private static void canonical(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            out.append('{');
            fields.forEach((name, value) -> {
                out.append(Json.MAPPER.getNodeFactory().textNode(name)).append(':');
                canonical(value, out);
                out.append(',');
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(each -> {
                canonical(each, out);
                out.append(',');
            });
            out.append(']');
        } else {
            out.append(node);
        }
    }
}
