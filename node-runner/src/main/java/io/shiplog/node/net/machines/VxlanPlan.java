package io.shiplog.node.net.machines;

import io.shiplog.node.net.address.Ipv4;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A machine in the subnet of the uplink is the next hop itself; one beyond a router is reached through a VXLAN whose neighbours and
 * forwarding entries are permanent: nothing is learned, nothing is flooded.
 *
 * @param ground what does not change while the process runs
 */
record VxlanPlan(PeerRoutes.Ground ground) implements PeerPlan {
    /** The port that Linux and flannel use; 4789 is Docker's own overlay's. */
    private static final int PORT = 8472;

    private boolean isDirect(Peer peer) {
        return ground.uplink().subnet().contains(peer.machine());
    }

    @Override
    public List<Call> tunnel(Collection<Peer> peers) {
        if (peers.stream().allMatch(this::isDirect)) {
            return List.of();
        }
        Uplink uplink = ground.uplink();
        String name = ground.tunnel();
        return List.of(Call.batch(
                "ip",
                List.of(
                        "link add name %s mtu %d address %s type vxlan id %d local %s dev %s dstport %d nolearning"
                                .formatted(
                                        name,
                                        PeerRoutes.mtu(uplink),
                                        PeerPlan.mac(uplink.address()),
                                        PeerPlan.network(ground),
                                        uplink.address(),
                                        uplink.device(),
                                        PORT),
                        "link set dev %s alias \"%s\"".formatted(name, ground.alias()),
                        "link set dev %s addrgenmode none up".formatted(name),
                        "addr replace %s/32 dev %s".formatted(ground.gateway(), name))));
    }

    @Override
    public List<Call> add(Collection<Peer> peers) {
        List<String> routes = new ArrayList<>();
        List<String> forwarding = new ArrayList<>();
        for (Peer peer : peers) {
            if (isDirect(peer)) {
                routes.add("route replace %s via %s dev %s src %s proto %d metric %d"
                        .formatted(
                                peer.pods(),
                                peer.machine(),
                                ground.uplink().device(),
                                ground.gateway(),
                                PROTOCOL,
                                ground.metric()));
            } else {
                routes.addAll(PeerPlan.overTunnel(ground, peer));
                forwarding.add("fdb replace %s dev %s dst %s self permanent"
                        .formatted(PeerPlan.mac(peer.machine()), ground.tunnel(), peer.machine()));
            }
        }
        List<Call> calls = new ArrayList<>(List.of(Call.batch("ip", routes)));
        if (!forwarding.isEmpty()) {
            calls.add(Call.batch("bridge", forwarding));
        }
        return calls;
    }

    /** Forwarding entries without a route do nothing. */
    @Override
    public Optional<Call> ports() {
        return Optional.empty();
    }

    @Override
    public List<Call> keepOnly(Collection<Ipv4> machines, String ports) {
        return List.of();
    }
}
