package io.shiplog.command.control.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import java.util.Map;

/** The ReplicaSet of a Deployment's current template. */
final class NewReplicaSet {
    private NewReplicaSet() {}

    static ObjectNode of(Rollout rollout, ObjectKey key, String hash, int size, long revision) {
        ObjectNode set =
                Json.MAPPER.createObjectNode().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
        ObjectNode metadata = set.putObject("metadata");
        metadata.put("name", key.name()).put("namespace", key.namespace());
        ObjectNode labels = metadata.putObject("labels");
        rollout.template()
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.set(label.getKey(), label.getValue()));
        labels.put(Templates.HASH_LABEL, hash);
        ObjectNode annotations = metadata.putObject("annotations");
        Annotations.ofNewest(rollout, Map.of(), revision).forEach(annotations::put);
        metadata.putArray("ownerReferences").add(rollout.asOwner().json());
        ObjectNode spec = set.putObject("spec").put("replicas", size);
        if (rollout.minReadySeconds() > 0) {
            spec.put("minReadySeconds", rollout.minReadySeconds());
        }
        ObjectNode selector = rollout.tree().path("spec").path("selector").deepCopy();
        selector.withObject("/matchLabels").put(Templates.HASH_LABEL, hash);
        spec.set("selector", selector);
        ObjectNode template = rollout.template().deepCopy();
        template.withObject("/metadata/labels").put(Templates.HASH_LABEL, hash);
        spec.set("template", template);
        return set;
    }
}
