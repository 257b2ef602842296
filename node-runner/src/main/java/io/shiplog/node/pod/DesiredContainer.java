package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One container of a pod's specification.
 *
 * @param tree its part of the specification, read only
 * @param init whether it is an init container
 * @param sidecar an init container that keeps running beside the others (restartPolicy Always)
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

    /** {@code Always}, {@code IfNotPresent} or {@code Never}; Kubernetes' default if it is not set. */
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

    /** {@code spec.containers{app}}: a container's fieldPath in events. */
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
