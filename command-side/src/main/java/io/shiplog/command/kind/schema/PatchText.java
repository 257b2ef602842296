package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import java.util.function.Supplier;

/**
 * What Kubernetes shows as the invalid value of a patch whose result does not match the schema.
 *
 * @param ofMap whether Kubernetes patches a map: its messages differ from those of a text
 * @param text the shown value; asked for only if the patch is invalid
 */
public record PatchText(boolean ofMap, Supplier<String> text) {
    /**
     * The text of a patch: of a strategic merge patch itself, as Go prints it, and of any other the patched object.
     *
     * @param patched the result, in Go's order
     */
    public static PatchText of(PatchType type, Json patch, Supplier<JsonNode> patched) {
        return switch (type) {
            case STRATEGIC_MERGE -> new PatchText(true, () -> GoText.of(tree(patch)));
            case JSON, MERGE -> new PatchText(false, () -> patched.get().toString());
        };
    }

    /** The text of an applied configuration. */
    public static PatchText of(Json config) {
        return new PatchText(true, config::toString);
    }

    private static JsonNode tree(Json patch) {
        try {
            return ClientJson.tree(patch);
        } catch (ClientJson.UnreadableException e) {
            throw new IllegalStateException("a patch that was applied can be read", e);
        }
    }
}
