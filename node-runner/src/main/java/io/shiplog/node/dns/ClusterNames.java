package io.shiplog.node.dns;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.services.Services;
import io.shiplog.projections.image.Image;

/**
 * The objects behind DNS names, at one moment.
 *
 * @param image for namespaces and pods
 * @param services for everything else
 * @param reverse the names of addresses
 */
record ClusterNames(Image image, Services services, ReverseNames reverse) {
    static ClusterNames of(Image image, Services services) {
        return new ClusterNames(image, services, ReverseNames.of(services));
    }

    /** Whether a namespace exists, by its object or by a Service in it. */
    boolean hasNamespace(String namespace) {
        return image.get(PodNames.namespaceKey(namespace)) != null
                || reverse.namespaces().contains(namespace);
    }

    /** Whether a pod of the namespace has the address. */
    boolean hasPod(String namespace, Ipv4 address) {
        return PodNames.has(image, namespace, address);
    }
}
