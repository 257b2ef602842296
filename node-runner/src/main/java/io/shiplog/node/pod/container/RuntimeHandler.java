package io.shiplog.node.pod.container;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.source.PodSource;
import io.shiplog.projections.image.StoredObject;

/**
 * The engine's runtime for a pod, by its RuntimeClass. Whether the engine has it is for the engine to say.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/runtime-class/">Runtime Class</a>
 */
public final class RuntimeHandler {
    private static final ResourceType CLASSES = new ResourceType("node.k8s.io", "runtimeclasses");

    private RuntimeHandler() {}

    /**
     * The runtime's name; empty for the engine's default.
     *
     * @throws UnresolvedException if the pod's class does not exist
     */
    public static String of(DesiredPod pod, PodSource source) throws UnresolvedException {
        String name = pod.spec().path("runtimeClassName").asText("");
        if (name.isEmpty()) {
            return "";
        }
        StoredObject found = source.get(ObjectKey.clusterScoped(CLASSES, name));
        if (found == null) {
            throw new UnresolvedException("runtimeclass.node.k8s.io \"%s\" not found".formatted(name));
        }
        return found.json().tree().path("handler").asText("");
    }
}
