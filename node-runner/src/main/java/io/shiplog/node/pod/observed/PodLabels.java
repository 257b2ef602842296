package io.shiplog.node.pod.observed;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.engine.ContainerEngine.Container;
import java.util.HashMap;
import java.util.Map;

/** The labels by which a runner finds its containers again. Published labels stay: containers of older runners have them. */
public final class PodLabels {
    public static final String CLUSTER = "io.shiplog.cluster";
    public static final String NODE = "io.shiplog.node";
    public static final String POD_UID = "io.kubernetes.pod.uid";
    public static final String POD_NAME = "io.kubernetes.pod.name";
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String CONTAINER_NAME = "io.kubernetes.container.name";
    /** The run number of the container, 0 for the first: its restart count. */
    public static final String ATTEMPT = "io.kubernetes.container.restartCount";
    /** The delay in seconds after this run: see {@link BackOff}. */
    public static final String BACK_OFF = "io.shiplog.backoff-seconds";
    /** The digest by which the container's image can be pulled, if it came from a registry. */
    public static final String IMAGE_DIGEST = "io.shiplog.image-digest";
    /** The container name of sandboxes. */
    public static final String SANDBOX = "POD";

    private PodLabels() {}

    /** The labels of everything on a node. */
    public static Map<String, String> ofNode(String cluster, String node) {
        return Map.of(CLUSTER, cluster, NODE, node);
    }

    /** The labels of every container of a pod. */
    public static Map<String, String> ofContainer(
            Map<String, String> nodeLabels, ObjectKey key, String uid, String container, int attempt) {
        Map<String, String> labels = new HashMap<>(nodeLabels);
        labels.put(POD_UID, uid);
        labels.put(POD_NAME, key.name());
        labels.put(POD_NAMESPACE, key.namespace());
        labels.put(CONTAINER_NAME, container);
        labels.put(ATTEMPT, Integer.toString(attempt));
        return labels;
    }

    /** The run number of a container; 0 if it has none. */
    public static int attempt(Container container) {
        String label = container.label(ATTEMPT);
        return label.isEmpty() ? 0 : Integer.parseInt(label);
    }

    public static boolean isSandbox(Container container) {
        return container.label(CONTAINER_NAME).equals(SANDBOX);
    }

    /** {@code k8s_app_web_default_<uid>_0}: the kubelet's names for Docker containers, which users know. */
    public static String containerName(ObjectKey key, String uid, String container, int attempt) {
        return "k8s_%s_%s_%s_%s_%d".formatted(container, key.name(), key.namespace(), uid, attempt);
    }
}
