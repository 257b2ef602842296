package io.shiplog.node.pod.desired;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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

    public static DesiredContainer of(JsonNode tree, boolean init) {
        return new DesiredContainer(
                tree.path("name").asText(),
                tree.path("image").asText(),
                tree,
                init,
                init && tree.path("restartPolicy").asText().equals("Always"));
    }

    /** {@code Always}, {@code IfNotPresent} or {@code Never}; Kubernetes' default if it is not set. */
    public String pullPolicy() {
        String said = tree.path("imagePullPolicy").asText("");
        if (!said.isEmpty()) {
            return said;
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    public boolean has(String field) {
        return tree.hasNonNull(field);
    }

    /** {@code spec.containers{app}}: a container's fieldPath in events. */
    public String fieldPath() {
        return (init ? "spec.initContainers{" : "spec.containers{") + name + "}";
    }

    /** The container's entry in a pod's status; a missing node if there is none. */
    public JsonNode entryIn(JsonNode status) {
        for (JsonNode entry : status.path(init ? "initContainerStatuses" : "containerStatuses")) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    /** A list of strings of the specification; empty if there is none. */
    public List<String> strings(String field) {
        List<String> strings = new ArrayList<>();
        tree.path(field).forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
