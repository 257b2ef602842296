package io.shiplog.node.dns;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.projections.image.Image;

/** Pods by address: rare queries, so a scan of the namespace's selectable fields instead of an index. */
final class PodNames {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");
    private static final String POD_IP = "status.podIP";

    private PodNames() {}

    static boolean has(Image image, String namespace, Ipv4 address) {
        String text = address.toString();
        return image.list(PODS, namespace).stream()
                .anyMatch(pod -> text.equals(pod.fields().get(POD_IP)));
    }

    static ObjectKey namespaceKey(String namespace) {
        return ObjectKey.clusterScoped(NAMESPACES, namespace);
    }
}
