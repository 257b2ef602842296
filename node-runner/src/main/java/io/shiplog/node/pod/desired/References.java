package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.volume.ClaimedVolumes;
import java.util.HashSet;
import java.util.Set;

/** The ConfigMaps, Secrets and claims that a pod refers to. Pure. */
public final class References {
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    private static final ResourceType CLAIMS = ResourceType.core("persistentvolumeclaims");
    private static final ResourceType SECRETS = ResourceType.core("secrets");

    private final String namespace;
    private final Set<ObjectKey> keys = new HashSet<>();

    private References(String namespace) {
        this.namespace = namespace;
    }

    public static Set<ObjectKey> of(DesiredPod pod) {
        References references = new References(pod.key().namespace());
        for (JsonNode volume : pod.spec().path("volumes")) {
            references.source(volume, "secretName");
            String claim = ClaimedVolumes.claimOf(pod.tree(), volume);
            if (!claim.isEmpty()) {
                references.keys.add(ObjectKey.of(CLAIMS, pod.key().namespace(), claim));
            }
            volume.path("projected").path("sources").forEach(source -> references.source(source, "name"));
        }
        for (DesiredContainer container : pod.everyContainer()) {
            for (JsonNode from : container.tree().path("envFrom")) {
                references.add(CONFIG_MAPS, from.path("configMapRef").path("name"));
                references.add(SECRETS, from.path("secretRef").path("name"));
            }
            for (JsonNode variable : container.tree().path("env")) {
                JsonNode from = variable.path("valueFrom");
                references.add(CONFIG_MAPS, from.path("configMapKeyRef").path("name"));
                references.add(SECRETS, from.path("secretKeyRef").path("name"));
            }
        }
        pod.spec().path("imagePullSecrets").forEach(secret -> references.add(SECRETS, secret.path("name")));
        return references.keys;
    }

    private void source(JsonNode source, String secretField) {
        add(CONFIG_MAPS, source.path("configMap").path("name"));
        add(SECRETS, source.path("secret").path(secretField));
    }

    private void add(ResourceType type, JsonNode name) {
        if (name.isTextual()) {
            keys.add(ObjectKey.of(type, namespace, name.asText()));
        }
    }
}
