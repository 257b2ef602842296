package io.shiplog.node.net.services;

import io.shiplog.node.net.address.Ipv4;
import java.util.Set;

/**
 * One address behind a Service.
 *
 * @param hostname the pod's, empty if it has none
 * @param node its node, empty if unknown
 * @param ready accepts new connections; true if the slice does not say
 * @param serving would be ready if it were not terminating
 * @param hints the clients for which it is meant
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions">Conditions</a>
 */
public record Endpoint(
        Ipv4 ip, String hostname, String node, boolean ready, boolean serving, boolean terminating, Hints hints) {
    /**
     * The nodes and zones whose clients prefer an endpoint; empty if the slice does not say.
     *
     * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution">Traffic distribution</a>
     */
    public record Hints(Set<String> nodes, Set<String> zones) {
        public static final Hints NONE = new Hints(Set.of(), Set.of());

        public Hints {
            nodes = Set.copyOf(nodes);
            zones = Set.copyOf(zones);
        }
    }

    /** Its DNS name: its hostname, else its address with dashes. */
    public String dnsName() {
        return hostname.isEmpty() ? ip.dashed() : hostname;
    }
}
