package io.shiplog.node.net.machines;

import io.shiplog.node.net.address.Ipv4;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The commands that lead to the pods of other machines. Pure. */
interface PeerPlan {
    /** Marks our routes, with the cluster's metric. No routing daemon uses it. */
    int PROTOCOL = 83;

    /**
     * A command.
     *
     * @param input its stdin
     */
    record Call(List<String> command, String input) {
        static Call batch(String command, List<String> lines) {
            return new Call(List.of(command, "-batch", "-"), String.join("\n", lines) + "\n");
        }
    }

    /** What it takes before the first peer is added; run once, while the cluster's interface for tunnels is missing. Empty without tunnels. */
    List<Call> tunnel(Collection<Peer> peers);

    /** Leads to peers. Repeating it changes nothing. */
    List<Call> add(Collection<Peer> peers);

    /** Asks for the ports of all tunnels, an earlier process's included; empty without ports. */
    Optional<Call> ports();

    /**
     * Removes the ports of machines on which no node is any more.
     *
     * @param machines that are peers still
     * @param ports the answer to {@link #ports}
     */
    List<Call> keepOnly(Collection<Ipv4> machines, String ports);

    static PeerPlan of(PeerRoutes.Ground ground, String datapath) {
        return switch (ground.uplink().way()) {
            case ROUTES -> new VxlanPlan(ground);
            case OVS_GRE -> new OvsPlan(ground, datapath);
        };
    }

    /** The hardware address of a machine's end of tunnels: known from its address, so it needs no announcement. */
    static String mac(Ipv4 machine) {
        byte[] b = machine.bytes();
        return "0a:59:%02x:%02x:%02x:%02x".formatted(b[0], b[1], b[2], b[3]);
    }

    /** The number that separates the cluster's tunnels from others': 24 bits. */
    static int network(PeerRoutes.Ground ground) {
        int bits = 24;
        return ground.metric() & ((1 << bits) - 1);
    }

    /** A neighbour that needs no question, and a route over it. */
    static List<String> overTunnel(PeerRoutes.Ground ground, Peer peer) {
        Ipv4 hop = peer.pods().network().plus(1);
        return List.of(
                "neigh replace %s lladdr %s dev %s nud permanent".formatted(hop, mac(peer.machine()), ground.tunnel()),
                "route replace %s via %s dev %s onlink src %s proto %d metric %d"
                        .formatted(peer.pods(), hop, ground.tunnel(), ground.gateway(), PROTOCOL, ground.metric()));
    }
}
