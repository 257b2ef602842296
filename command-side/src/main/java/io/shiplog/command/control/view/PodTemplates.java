package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.List;

/** New pods from a template: pure, names included. */
public final class PodTemplates {
    private PodTemplates() {}

    /**
     * Names that no pod in the image has. The same set on the same image gets the same names, so that a repeated plan creates
     * no pod twice.
     *
     * @param set the owner of the pods
     */
    public static List<String> names(StoredObject set, Image image, int count) {
        return GeneratedNames.of(set, image, Types.PODS, set.key().name() + "-", count);
    }

    /**
     * A pod of a set. The caller may change the tree: nothing of it is shared with the template.
     *
     * @param template the set's pod template; read only
     */
    public static ObjectNode pod(String namespace, String name, JsonNode template, OwnerRef owner) {
        ObjectNode pod = Json.MAPPER.createObjectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", name).put("namespace", namespace);
        JsonNode given = template.path("metadata");
        for (String field : List.of("labels", "annotations", "finalizers")) {
            if (given.hasNonNull(field)) {
                metadata.set(field, given.get(field).deepCopy());
            }
        }
        metadata.putArray("ownerReferences").add(owner.json());
        pod.set("spec", template.path("spec").deepCopy());
        return pod;
    }
}
