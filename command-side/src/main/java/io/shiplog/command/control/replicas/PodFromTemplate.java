package io.shiplog.command.control.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.GeneratedNames;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Image;
import java.util.List;

/** New pods from a template: pure, names included. */
final class PodFromTemplate {
    private PodFromTemplate() {}

    /**
     * Names that no pod in the image has. The same set on the same image gets the same names, so that a repeated plan creates
     * no pod twice.
     */
    static List<String> names(Replicas of, Image image, int count) {
        // Any change of the set's pods changes the seed: the next plan does not collide with names of the last one.
        long seed = 31L * of.stored().uid().hashCode() + image.revision("events");
        ObjectKey key = of.stored().key();
        return GeneratedNames.of(
                key.name() + "-",
                seed,
                count,
                name -> image.get(ObjectKey.of(Types.PODS, key.namespace(), name)) == null);
    }

    static ObjectNode pod(Replicas of, String name) {
        ObjectNode pod = Json.MAPPER.createObjectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", name).put("generateName", of.stored().key().name() + "-");
        metadata.put("namespace", of.stored().key().namespace());
        JsonNode given = of.template().path("metadata");
        for (String field : List.of("labels", "annotations", "finalizers")) {
            if (given.hasNonNull(field)) {
                metadata.set(field, given.get(field));
            }
        }
        metadata.putArray("ownerReferences").add(of.asOwner().json());
        pod.set("spec", of.template().path("spec"));
        return pod;
    }
}
