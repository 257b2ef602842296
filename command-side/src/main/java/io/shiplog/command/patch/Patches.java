package io.shiplog.command.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.schema.GoOrder;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schema;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies patches of all forms. */
public final class Patches {
    private Patches() {}

    /**
     * Applies a patch to a tree.
     *
     * @param schema of the object, for strategic merge; null if it has none
     * @param target owned by the caller; undefined afterwards
     * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply">Patches</a>
     */
    public static Patched apply(PatchType patchType, Schema.@Nullable Struct schema, ObjectNode target, Json patch) {
        return apply(patchType, schema, target, patch, opened -> {});
    }

    /**
     * The result of a patch as Kubernetes shows it where it cannot be read: an object that the patch opens is a map in Go, whose fields are written in
     * sorted order; what it does not open is as it was.
     *
     * @param target in Go's order, owned by the caller; undefined afterwards
     */
    public static JsonNode shown(PatchType patchType, Schema.@Nullable Struct schema, ObjectNode target, Json patch) {
        Set<ObjectNode> opened = Collections.newSetFromMap(new IdentityHashMap<>());
        Patched patched = apply(patchType, schema, target, patch, opened::add);
        opened.forEach(GoOrder::sort);
        return patched instanceof Patched.Tree tree ? tree.tree() : target;
    }

    private static Patched apply(
            PatchType patchType,
            Schema.@Nullable Struct schema,
            ObjectNode target,
            Json patch,
            Consumer<ObjectNode> opened) {
        JsonNode tree;
        try {
            tree = ClientJson.tree(patch);
        } catch (ClientJson.UnreadableException e) {
            return badRequest("error decoding patch: " + ClientJson.message(e));
        }
        try {
            return switch (patchType) {
                case JSON -> object(JsonPatch.apply(target, tree, opened));
                case MERGE -> object(MergePatch.apply(target, tree, opened));
                case STRATEGIC_MERGE -> object(StrategicMerge.apply(schema, target, tree));
            };
        } catch (PatchException e) {
            return new Patched.Refused(e.refusal());
        }
    }

    private static Patched object(JsonNode patched) {
        return patched instanceof ObjectNode object
                ? new Patched.Tree(object)
                : badRequest("the patched document is not an object");
    }

    private static Patched badRequest(String message) {
        return new Patched.Refused(Refusal.of(Reason.BAD_REQUEST, message));
    }
}
