package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.ContentHash;

/** Pod templates: comparison and hash. */
final class Templates {
    static final String HASH_LABEL = "pod-template-hash";

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
        return ContentHash.of(withoutHash(template), collisions);
    }
}
