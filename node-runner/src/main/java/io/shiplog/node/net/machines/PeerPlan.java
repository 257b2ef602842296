package io.shiplog.node.net.machines;

import io.shiplog.node.net.address.Ipv4;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The commands that lead to the pods of other machines. Pure. A machine in the subnet of the uplink is the next hop itself; one beyond a
 * router is reached through a VXLAN whose neighbours and forwarding entries are permanent: nothing is learned, nothing is flooded.
 *
 * @param ground what does not change while the process runs
 */
record PeerPlan(PeerRoutes.Ground ground) {
    /** The port that Linux and flannel use; 4789 is Docker's own overlay's. */
    private static final int PORT = 8472;
    /** Marks our routes, with the cluster's metric. No routing daemon uses it. */
    static final int PROTOCOL = 83;

    private static final int VNI_BITS = 24;
    /** Outer IPv4, UDP and VXLAN headers, and the inner Ethernet header. */
    static final int OVERHEAD = 50;

    boolean isDirect(Peer peer) {
        return ground.uplink().subnet().contains(peer.machine());
    }

    /** Makes the tunnel's interface. */
    List<String> tunnel() {
        Uplink uplink = ground.uplink();
        String name = ground.tunnel();
        return List.of(
                "link add name %s mtu %d address %s type vxlan id %d local %s dev %s dstport %d nolearning"
                        .formatted(
                                name,
                                uplink.mtu() - OVERHEAD,
                                mac(uplink.address()),
                                ground.metric() & ((1 << VNI_BITS) - 1),
                                uplink.address(),
                                uplink.device(),
                                PORT),
                "link set dev %s alias \"%s\"".formatted(name, ground.alias()),
                "link set dev %s addrgenmode none up".formatted(name),
                "addr replace %s/32 dev %s".formatted(ground.gateway(), name));
    }

    /** Routes to peers, for {@code ip -batch}. */
    List<String> routes(Collection<Peer> peers) {
        List<String> commands = new ArrayList<>();
        for (Peer peer : peers) {
            if (isDirect(peer)) {
                commands.add("route replace %s via %s dev %s src %s proto %d metric %d"
                        .formatted(
                                peer.pods(),
                                peer.machine(),
                                ground.uplink().device(),
                                ground.gateway(),
                                PROTOCOL,
                                ground.metric()));
            } else {
                Ipv4 hop = peer.pods().network().plus(1);
                commands.add("neigh replace %s lladdr %s dev %s nud permanent"
                        .formatted(hop, mac(peer.machine()), ground.tunnel()));
                commands.add("route replace %s via %s dev %s onlink src %s proto %d metric %d"
                        .formatted(peer.pods(), hop, ground.tunnel(), ground.gateway(), PROTOCOL, ground.metric()));
            }
        }
        return commands;
    }

    /** Where the tunnel sends frames for a peer, for {@code bridge -batch}. */
    List<String> forwarding(Collection<Peer> peers) {
        return peers.stream()
                .filter(peer -> !isDirect(peer))
                .map(peer -> "fdb replace %s dev %s dst %s self permanent"
                        .formatted(mac(peer.machine()), ground.tunnel(), peer.machine()))
                .toList();
    }

    /** The tunnel's hardware address on a machine: known from its address, so it needs no announcement. */
    private static String mac(Ipv4 machine) {
        byte[] b = machine.bytes();
        return "0a:59:%02x:%02x:%02x:%02x".formatted(b[0], b[1], b[2], b[3]);
    }
}
