package io.shiplog.projections.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The names of other objects in a pod's spec. */
final class PodReferences {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");

    private PodReferences() {}

    static boolean secret(JsonNode spec, String name) {
        return inVolumes(spec, "secret", "secretName", name)
                || inContainers(spec, "secretRef", "secretKeyRef", name)
                || anyNamed(spec.path("imagePullSecrets"), name);
    }

    static boolean configMap(JsonNode spec, String name) {
        return inVolumes(spec, "configMap", "name", name)
                || inContainers(spec, "configMapRef", "configMapKeyRef", name);
    }

    static boolean serviceAccount(JsonNode spec, String name) {
        return spec.path("serviceAccountName").asText("default").equals(name);
    }

    private static boolean inVolumes(JsonNode spec, String source, String nameField, String name) {
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.path(source).path(nameField).asText().equals(name)) {
                return true;
            }
            for (JsonNode projected : volume.path("projected").path("sources")) {
                if (projected.path(source).path("name").asText().equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean inContainers(JsonNode spec, String allOf, String keyOf, String name) {
        for (String list : CONTAINERS) {
            for (JsonNode container : spec.path(list)) {
                for (JsonNode from : container.path("envFrom")) {
                    if (from.path(allOf).path("name").asText().equals(name)) {
                        return true;
                    }
                }
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("valueFrom")
                            .path(keyOf)
                            .path("name")
                            .asText()
                            .equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean anyNamed(JsonNode references, String name) {
        for (JsonNode reference : references) {
            if (reference.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
