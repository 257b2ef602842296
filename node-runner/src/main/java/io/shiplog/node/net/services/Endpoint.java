package io.shiplog.node.net.services;

import io.shiplog.node.net.address.Ipv4;

/**
 * One address behind a Service.
 *
 * @param hostname the pod's, empty if it has none
 * @param node its node, empty if unknown
 * @param ready accepts new connections; true if the slice does not say
 * @param serving would be ready if it were not terminating
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions">Conditions</a>
 */
public record Endpoint(Ipv4 ip, String hostname, String node, boolean ready, boolean serving, boolean terminating) {
    /** Its DNS name: its hostname, else its address with dashes. */
    public String dnsName() {
        return hostname.isEmpty() ? ip.dashed() : hostname;
    }
}
