package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One container of a pod as the cluster wants it.
 *
 * @param tree its part of the specification, read only
 * @param init whether it is one of the init containers
 * @param sidecar an init container that goes on beside the others (restartPolicy Always)
 */
public record DesiredContainer(String name, String image, JsonNode tree, boolean init, boolean sidecar) {

    static DesiredContainer of(JsonNode tree, boolean init) {
        return new DesiredContainer(
                tree.path("name").asText(),
                tree.path("image").asText(),
                tree,
                init,
                init && tree.path("restartPolicy").asText().equals("Always"));
    }

    /** {@code Always}, {@code IfNotPresent} or {@code Never}; as Kubernetes defaults it where it is not said. */
    String pullPolicy() {
        String said = tree.path("imagePullPolicy").asText("");
        if (!said.isEmpty()) {
            return said;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    boolean has(String field) {
        return tree.hasNonNull(field);
    }

    /** {@code spec.containers{app}}: how events name a container. */
    String fieldPath() {
        return (init ? "spec.initContainers{" : "spec.containers{") + name + "}";
    }

    /** A list of strings of the specification; empty if there is none. */
    List<String> strings(String field) {
        List<String> strings = new ArrayList<>();
        tree.path(field).forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
