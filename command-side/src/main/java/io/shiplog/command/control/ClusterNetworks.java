package io.shiplog.command.control;

import java.util.Optional;

/**
 * The networks of a cluster that controllers give addresses from.
 *
 * @param pods of which each node gets a /24
 * @param balancers the addresses of Services of type LoadBalancer, such as 192.0.2.0/28; empty for those of the nodes
 */
public record ClusterNetworks(String pods, Optional<String> balancers) {
    /** Without addresses for load balancers. */
    public ClusterNetworks(String pods) {
        this(pods, Optional.empty());
    }
}
