package io.shiplog.node.net.machines;

import io.shiplog.node.net.address.Ipv4;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Every machine is reached through a GRE tunnel of Open vSwitch: a port of the cluster's bridge for each. The bridge forwards by flows
 * that name each machine: nothing is learned, nothing is flooded.
 *
 * @param ground what does not change while the process runs; its tunnel is the bridge
 * @param datapath {@code system} for the kernel's, {@code netdev} where the uplink is a port of a bridge in userspace
 * @see <a href="https://docs.openvswitch.org/en/latest/faq/configuration/">Open vSwitch: tunnels</a>
 */
record OvsPlan(PeerRoutes.Ground ground, String datapath) implements PeerPlan {
    /** How long a command waits for Open vSwitch, in seconds. */
    static final String TIMEOUT = "--timeout=10";

    @Override
    public List<Call> tunnel(Collection<Peer> peers) {
        Uplink uplink = ground.uplink();
        String name = ground.tunnel();
        return List.of(
                new Call(
                        List.of(
                                "ovs-vsctl",
                                TIMEOUT,
                                "--may-exist",
                                "add-br",
                                name,
                                "--",
                                "set",
                                "bridge",
                                name,
                                "datapath_type=" + datapath,
                                "fail_mode=secure",
                                "other_config:hwaddr=\"" + PeerPlan.mac(uplink.address()) + "\""),
                        ""),
                Call.batch(
                        "ip",
                        List.of(
                                "link set dev %s mtu %d".formatted(name, PeerRoutes.mtu(uplink)),
                                "link set dev %s alias \"%s\"".formatted(name, ground.alias()),
                                "link set dev %s addrgenmode none up".formatted(name),
                                "addr replace %s/32 dev %s".formatted(ground.gateway(), name))));
    }

    @Override
    public List<Call> add(Collection<Peer> peers) {
        List<String> ports = new ArrayList<>(List.of("ovs-vsctl", TIMEOUT));
        List<String> flows = new ArrayList<>();
        List<String> routes = new ArrayList<>();
        for (Ipv4 machine : machines(peers)) {
            String port = port(machine);
            ports.addAll(List.of("--", "--may-exist", "add-port", ground.tunnel(), port));
            ports.addAll(List.of("--", "set", "interface", port, "type=gre"));
            ports.add("options:remote_ip=" + machine);
            ports.add("options:local_ip=" + ground.uplink().address());
            ports.add("options:key=" + PeerPlan.network(ground));
            flows.add("in_port=%s,actions=LOCAL".formatted(port));
            flows.add("in_port=LOCAL,dl_dst=%s,actions=output:%s".formatted(PeerPlan.mac(machine), port));
        }
        peers.forEach(peer -> routes.addAll(PeerPlan.overTunnel(ground, peer)));
        return List.of(
                new Call(ports, ""),
                new Call(List.of("ovs-ofctl", "add-flows", ground.tunnel(), "-"), String.join("\n", flows) + "\n"),
                Call.batch("ip", routes));
    }

    private static Collection<Ipv4> machines(Collection<Peer> peers) {
        TreeSet<Ipv4> machines = new TreeSet<>();
        peers.forEach(peer -> machines.add(peer.machine()));
        return machines;
    }

    /** An interface's name has 15 characters: six of the cluster, and the address. */
    private String port(Ipv4 machine) {
        return ground.tunnel().substring(0, ground.tunnel().length() - 1) + "g%08x".formatted(machine.bits());
    }

    @Override
    public Optional<Call> ports() {
        return Optional.of(new Call(List.of("ovs-vsctl", TIMEOUT, "list-ports", ground.tunnel()), ""));
    }

    @Override
    public List<Call> keepOnly(Collection<Ipv4> machines, String ports) {
        List<String> kept = machines.stream().map(this::port).toList();
        return ports.lines()
                .filter(port -> !port.isBlank() && !kept.contains(port))
                .map(port ->
                        new Call(List.of("ovs-vsctl", TIMEOUT, "--if-exists", "del-port", ground.tunnel(), port), ""))
                .toList();
    }
}
