package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code metadata.ownerReferences}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/">Owners and dependents</a>
 */
public record OwnerRef(
        String apiVersion, String kind, String name, String uid, boolean controller, boolean blockOwnerDeletion) {

    private static final int REMEMBERED = 1 << 15;
    private static final Memo<List<OwnerRef>> MEMO =
            new Memo<>(REMEMBERED, object -> of(object.json().tree()));

    /** All owners of an object. */
    public static List<OwnerRef> of(JsonNode tree) {
        List<OwnerRef> owners = new ArrayList<>();
        for (JsonNode owner : tree.path("metadata").path("ownerReferences")) {
            owners.add(new OwnerRef(
                    owner.path("apiVersion").asText(),
                    owner.path("kind").asText(),
                    owner.path("name").asText(),
                    owner.path("uid").asText(),
                    owner.path("controller").asBoolean(),
                    owner.path("blockOwnerDeletion").asBoolean()));
        }
        return List.copyOf(owners);
    }

    /** The reference of a controller to an object that it creates. */
    public static OwnerRef controlledBy(String apiVersion, String kind, String name, String uid) {
        return new OwnerRef(apiVersion, kind, name, uid, true, true);
    }

    /** All owners of a stored object; each revision is read once. */
    public static List<OwnerRef> of(StoredObject object) {
        return object.ownerUids().isEmpty() ? List.of() : MEMO.of(object);
    }

    /** The controlling owner of a stored object, or null. */
    public static @Nullable OwnerRef controllerOf(StoredObject object) {
        for (OwnerRef owner : of(object)) {
            if (owner.controller()) {
                return owner;
            }
        }
        return null;
    }

    /** The API group of the owner, empty for the core group. */
    public String group() {
        return ResourceType.groupOf(apiVersion);
    }

    /** The same without blockOwnerDeletion. */
    public OwnerRef unblocking() {
        return new OwnerRef(apiVersion, kind, name, uid, controller, false);
    }

    /** Its form in metadata. */
    public ObjectNode json() {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("apiVersion", apiVersion).put("kind", kind).put("name", name).put("uid", uid);
        if (controller) {
            node.put("controller", true);
        }
        if (blockOwnerDeletion) {
            node.put("blockOwnerDeletion", true);
        }
        return node;
    }
}
