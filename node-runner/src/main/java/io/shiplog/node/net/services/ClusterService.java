package io.shiplog.node.net.services;

import io.shiplog.node.net.address.Ipv4;
import java.util.List;

/**
 * A Service and its endpoints, IPv4 only.
 *
 * @param clusterIps empty for a headless Service and an ExternalName
 * @param headless clusterIP is None
 * @param externalName the target of an ExternalName, else empty
 * @param outside its addresses for clients outside of the cluster
 * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/">Virtual IPs and service proxies</a>
 */
public record ClusterService(
        ServiceName name,
        List<Ipv4> clusterIps,
        boolean headless,
        String externalName,
        OutsideAddresses outside,
        List<ServicePort> ports,
        TrafficPolicy policy,
        List<EndpointGroup> groups) {
    public ClusterService {
        clusterIps = List.copyOf(clusterIps);
        ports = List.copyOf(ports);
        groups = List.copyOf(groups);
    }
}
