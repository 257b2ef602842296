package io.shiplog.node.net.services;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Service's addresses for clients outside of the cluster.
 *
 * @param externalIps those of {@code externalIPs} that this machine allows
 * @param balancerIps those of its load balancer that lead here (ipMode VIP)
 * @param sources the clients that may use {@code balancerIps}; empty for all
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-ip-mode">ipMode</a>
 */
public record OutsideAddresses(List<Ipv4> externalIps, List<Ipv4> balancerIps, Optional<Set<Ipv4Range>> sources) {
    static final OutsideAddresses NONE = new OutsideAddresses(List.of(), List.of(), Optional.empty());

    public OutsideAddresses {
        externalIps = List.copyOf(externalIps);
        balancerIps = List.copyOf(balancerIps);
        sources = sources.map(Set::copyOf);
    }
}
