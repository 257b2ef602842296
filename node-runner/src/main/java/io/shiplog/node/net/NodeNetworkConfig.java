package io.shiplog.node.net;

import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machines.Uplink;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The network of the logical nodes of one machine.
 *
 * @param cluster the cluster's name; everything created on the machine is named after it
 * @param podRange addresses of all pods of the cluster, as 10.244.0.0/16
 * @param serviceRange addresses of Services, as 10.96.0.0/12
 * @param nameServer the cluster's DNS, as 10.96.0.10; this machine gets the address
 * @param nodes the nodes of this machine by name, each with its pods' range: its second address (.1) is the gateway; at least
 *     one
 * @param uplink how other machines of the cluster reach this one; empty if there are none
 * @param balancers the addresses of load balancers that this machine announces; empty for none
 */
public record NodeNetworkConfig(
        String cluster,
        Ipv4Range podRange,
        Ipv4Range serviceRange,
        Ipv4 nameServer,
        SortedMap<String, Ipv4Range> nodes,
        Optional<Uplink> uplink,
        Optional<Ipv4Range> balancers) {
    /** Network, gateway, one pod, broadcast. */
    private static final int LONGEST_NODE_PREFIX = 30;

    /** Of a cluster on one machine. */
    public NodeNetworkConfig(
            String cluster,
            Ipv4Range podRange,
            Ipv4Range serviceRange,
            Ipv4 nameServer,
            SortedMap<String, Ipv4Range> nodes) {
        this(cluster, podRange, serviceRange, nameServer, nodes, Optional.empty(), Optional.empty());
    }

    public NodeNetworkConfig {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        if (cluster.isEmpty() || nodes.isEmpty()) {
            throw new IllegalArgumentException("a network needs a cluster's name and at least one node");
        }
        if (podRange.overlaps(serviceRange)) {
            throw new IllegalArgumentException(
                    "pod range %s and service range %s overlap".formatted(podRange, serviceRange));
        }
        if (!serviceRange.contains(nameServer)) {
            throw new IllegalArgumentException(
                    "name server %s is not in the service range %s".formatted(nameServer, serviceRange));
        }
        for (Ipv4Range range : nodes.values()) {
            if (!podRange.contains(range.network())
                    || range.prefix() < podRange.prefix()
                    || range.prefix() > LONGEST_NODE_PREFIX) {
                throw new IllegalArgumentException(
                        "node range %s is not a part of the pod range %s".formatted(range, podRange));
            }
        }
    }

    /** The address of a node's gateway: the node as seen from its pods. */
    public static Ipv4 gateway(Ipv4Range nodeRange) {
        return nodeRange.network().plus(1);
    }
}
