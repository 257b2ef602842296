package io.shiplog.events.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;

/**
 * The size of a tree, measured without recursion, so that a tree of any depth can be measured before recursive code touches it.
 *
 * @param bytes about as many as its text has
 * @param depth of containers in containers, 0 for a scalar
 */
public record TreeSize(long bytes, int depth) {
    /** An estimate for numbers, literals and punctuation. */
    private static final int SCALAR_BYTES = 5;

    /** Measures a tree. Stops soon after it exceeds the limit: the size is then beyond the limit, but not exact. */
    public static TreeSize of(JsonNode tree, long maxBytes, int maxDepth) {
        Deque<Iterator<?>> open = new ArrayDeque<>();
        long bytes = own(tree);
        int depth = 0;
        if (tree.isContainerNode()) {
            open.push(parts(tree));
            depth = 1;
        }
        while (!open.isEmpty() && bytes <= maxBytes && depth <= maxDepth) {
            Iterator<?> parts = open.element();
            if (!parts.hasNext()) {
                open.pop();
                continue;
            }
            Object next = parts.next();
            JsonNode part = (JsonNode) (next instanceof Map.Entry<?, ?> field ? field.getValue() : next);
            bytes += own(part) + (next instanceof Map.Entry<?, ?> field ? ((String) field.getKey()).length() + 3L : 0);
            if (part.isContainerNode()) {
                open.push(parts(part));
                depth = Math.max(depth, open.size());
            }
        }
        return new TreeSize(bytes, depth);
    }

    private static Iterator<?> parts(JsonNode container) {
        return container.isObject() ? container.properties().iterator() : container.elements();
    }

    private static long own(JsonNode node) {
        return node.isTextual() ? node.textValue().length() + 3L : SCALAR_BYTES;
    }

    /** Whether all numbers of a tree can be written in JSON: {@code 1e999} is read as infinity. */
    static boolean finite(JsonNode tree) {
        Deque<Iterator<JsonNode>> open = new ArrayDeque<>();
        if (infinite(tree)) {
            return false;
        }
        open.push(tree.elements());
        while (!open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                continue;
            }
            JsonNode part = open.element().next();
            if (infinite(part)) {
                return false;
            }
            if (part.isContainerNode()) {
                open.push(part.elements());
            }
        }
        return true;
    }

    private static boolean infinite(JsonNode node) {
        return node.isDouble() && !Double.isFinite(node.doubleValue());
    }
}
