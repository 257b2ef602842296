package io.shiplog.node.net.services;

import io.shiplog.node.net.address.Ipv4;
import java.util.List;

/**
 * A Service and its endpoints, IPv4 only.
 *
 * @param clusterIps empty for a headless Service and an ExternalName
 * @param headless clusterIP is None
 * @param externalName the target of an ExternalName, else empty
 * @param otherIps externalIPs and the load balancer's addresses
 * @param stickyByClient sessionAffinity is ClientIP
 * @param internalLocal internalTrafficPolicy is Local
 * @param externalLocal externalTrafficPolicy is Local
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/">Virtual IPs and service proxies</a>
 */
public record ClusterService(
        ServiceName name,
        List<Ipv4> clusterIps,
        boolean headless,
        String externalName,
        List<Ipv4> otherIps,
        List<ServicePort> ports,
        boolean stickyByClient,
        boolean internalLocal,
        boolean externalLocal,
        List<EndpointGroup> groups) {
    public ClusterService {
        clusterIps = List.copyOf(clusterIps);
        otherIps = List.copyOf(otherIps);
        ports = List.copyOf(ports);
        groups = List.copyOf(groups);
    }
}
