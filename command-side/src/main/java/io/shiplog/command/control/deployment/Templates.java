package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Pod templates: comparison and hash. */
final class Templates {
    static final String HASH_LABEL = "pod-template-hash";

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private Templates() {}

    /** Whether two templates create the same pods: the hash label does not count. */
    static boolean same(JsonNode one, JsonNode other) {
        return withoutHash(one).equals(withoutHash(other));
    }

    private static JsonNode withoutHash(JsonNode template) {
        JsonNode copy = template.deepCopy();
        if (copy.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove(HASH_LABEL);
        }
        return copy;
    }

    /**
     * A short hash of a template, safe in names and labels. Not the hash of Kubernetes' controller, which depends on Go's
     * printing of types; nothing relies on that.
     *
     * @param collisions how often the previous name was taken
     */
    static String hash(JsonNode template, int collisions) {
        StringBuilder canonical = new StringBuilder();
        canonical(withoutHash(template), canonical);
        if (collisions > 0) {
            canonical.append('#').append(collisions);
        }
        int hash = FNV_OFFSET;
        for (byte each : canonical.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
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
