package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.Map;

/** The commands of controllers. Changes are merge patches: they change only the fields that they name. */
public final class Edits {
    private Edits() {}

    /** Creates an object. */
    public static Command create(ResourceType type, String namespace, JsonNode body) {
        return new CreateObject(type, namespace, Json.of(body), FieldValidation.IGNORE);
    }

    /** Patches an object, regardless of concurrent changes. */
    public static Command patch(StoredObject object, ObjectNode patch) {
        return merge(object.key(), "", patch);
    }

    /** Patches an object in the observed version: for changes derived from the rest of it. */
    public static Command patchUnchanged(StoredObject object, ObjectNode patch) {
        patch.withObject("/metadata").put("resourceVersion", Long.toString(object.revision()));
        return merge(object.key(), "", patch);
    }

    /** Patches the status of exactly this object: the uid must match. */
    public static Command patchStatus(StoredObject object, JsonNode status) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata").put("uid", object.uid());
        patch.set("status", status);
        return merge(object.key(), "status", patch);
    }

    /** Changes a subresource. */
    public static Command patchSubresource(StoredObject object, String subresource, ObjectNode patch) {
        return merge(object.key(), subresource, patch);
    }

    /** Replaces an object's owners, in the observed version. */
    public static Command owners(StoredObject object, List<OwnerRef> owners) {
        return patchUnchanged(object, ownersPatch(owners));
    }

    static ObjectNode ownersPatch(List<OwnerRef> owners) {
        ObjectNode patch = Json.MAPPER.createObjectNode();
        ArrayNode references = patch.putObject("metadata").putArray("ownerReferences");
        owners.forEach(owner -> references.add(owner.json()));
        return patch;
    }

    /** The labels field of a merge patch from one set of labels to another. */
    public static ObjectNode labels(Map<String, String> old, Map<String, String> next) {
        ObjectNode labels = Json.MAPPER.createObjectNode();
        next.forEach(labels::put);
        old.keySet().stream().filter(label -> !next.containsKey(label)).forEach(labels::putNull);
        return labels;
    }

    /** Deletes exactly this object, not another with its name. */
    public static Command delete(StoredObject object, Propagation propagation) {
        return new DeleteObject(object.key(), new Preconditions(object.uid(), null), null, propagation);
    }

    /** Evicts exactly this pod, with a reason. */
    public static Command evict(StoredObject pod, Disruption why) {
        return new EvictPod(
                new DeleteObject(pod.key(), new Preconditions(pod.uid(), null), null, Propagation.BACKGROUND), why);
    }

    /** Deletes a pod without waiting for its node. */
    public static Command deleteAtOnce(StoredObject object) {
        return new DeleteObject(object.key(), new Preconditions(object.uid(), null), 0L, Propagation.BACKGROUND);
    }

    private static Command merge(ObjectKey key, String subresource, ObjectNode patch) {
        return new PatchObject(key, subresource, PatchType.MERGE, Json.of(patch), FieldValidation.IGNORE);
    }
}
