package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.command.CommandPort;
import io.shiplog.node.ImagePodSource;
import io.shiplog.node.NodeRunner;
import io.shiplog.node.NodeRunnerConfig;
import io.shiplog.node.dns.DnsConfig;
import io.shiplog.node.dns.DnsServer;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.docker.DockerEngine;
import io.shiplog.node.net.DockerBridgeNetwork;
import io.shiplog.node.net.NodeNetwork;
import io.shiplog.node.net.NodeNetworkConfig;
import io.shiplog.node.net.PodNetwork;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ServicesWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** The logical nodes of this machine: one network, one name server and one Docker Engine for all, a runner for each. */
final class Nodes implements AutoCloseable {
    private static final String DOCKER = "unix:///var/run/docker.sock";
    private static final String DOMAIN = "cluster.local";
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final String LOOPBACK = "127.0.0.1";

    private final Surroundings around;
    private final Closing parts = new Closing();
    private boolean podNetwork;

    private Nodes(Surroundings around) {
        this.around = around;
    }

    /** {@code node-1}, {@code node-2} …: the nodes of one machine. */
    static String name(int number) {
        return "node-" + number;
    }

    /**
     * Sets up the machine's network and starts the nodes {@code first} to {@code last}. Where the machine cannot carry the network
     * (no root, no nftables), says why and puts pods on Docker's own bridge: they run, but without Services and cluster DNS.
     *
     * @param commands the way to the command side as a node: each node speaks for itself alone
     */
    static Nodes start(
            Surroundings around, Function<Identity, CommandPort> commands, int first, int last, Stages stages) {
        Nodes nodes = new Nodes(around);
        try {
            nodes.startAll(commands, first, last, stages);
            return nodes;
        } catch (IOException e) {
            nodes.close();
            throw new UncheckedIOException("a node did not start: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    /** Whether pods have a network of their own, with the nodes' addresses in it; else they are on Docker's bridge. */
    boolean hasPodNetwork() {
        return podNetwork;
    }

    private void startAll(Function<Identity, CommandPort> commands, int first, int last, Stages stages)
            throws IOException {
        ContainerEngine engine = parts.with(DockerEngine.connect(DOCKER));
        ClusterSettings settings = around.settings();
        TreeMap<String, Ipv4Range> ranges = new TreeMap<>();
        for (int number = first; number <= last; number++) {
            ranges.put(name(number), Ipv4Range.of(settings.nodeCidr(number)));
        }
        NodeNetworkConfig config = new NodeNetworkConfig(
                settings.cluster(),
                Ipv4Range.of(settings.podCidr()),
                Ipv4Range.of(settings.serviceCidr()),
                Ipv4.of(settings.serviceAddress(10)),
                ranges);
        List<String> reasons = NodeNetwork.preflight(config);
        podNetwork = reasons.isEmpty();
        if (podNetwork) {
            NodeNetwork network = network(config);
            for (int number = first; number <= last; number++) {
                String node = name(number);
                start(
                        new Seat(node, network.gateway(node).toString(), settings.nodeCidr(number), true),
                        engine,
                        network.pods(node),
                        commands,
                        ranges.size());
            }
        } else {
            stages.say("Pods go on Docker's own bridge, without Services and cluster DNS:");
            reasons.forEach(reason -> stages.say("  - " + reason));
            for (int number = first; number <= last; number++) {
                start(
                        new Seat(name(number), LOOPBACK, "", false),
                        engine,
                        parts.with(new DockerBridgeNetwork(engine)),
                        commands,
                        ranges.size());
            }
        }
    }

    private NodeNetwork network(NodeNetworkConfig config) {
        ServicesWatch services = parts.with(new ServicesWatch(around.image()));
        NodeNetwork network = parts.with(NodeNetwork.start(config, services));
        DnsServer names = parts.with(DnsServer.start(
                new DnsConfig(
                        DOMAIN,
                        config.nameServer(),
                        DnsConfig.STANDARD_PORT,
                        config.podRange(),
                        config.serviceRange(),
                        RESOLV_CONF),
                services));
        network.nameServerListensOn(names.port());
        return network;
    }

    /** Where a node sits: its name, address and pods' range, and whether there is a cluster DNS. */
    private record Seat(String node, String address, String podCidr, boolean dns) {}

    private void start(
            Seat seat, ContainerEngine engine, PodNetwork network, Function<Identity, CommandPort> commands, int share)
            throws IOException {
        Identity identity = Identity.node(seat.node(), List.of(seat.node(), seat.address(), LOOPBACK, "localhost"));
        NodeRunnerConfig config = new NodeRunnerConfig(
                around.settings().cluster(),
                seat.node(),
                seat.address(),
                0,
                around.home().node(seat.node()),
                seat.podCidr(),
                seat.dns() ? around.settings().serviceAddress(10) : "",
                DOMAIN,
                share,
                around.pki().identify(identity));
        parts.with(NodeRunner.start(
                config, engine, network, new ImagePodSource(around.image(), seat.node()), commands.apply(identity)));
    }

    @Override
    public void close() {
        parts.close();
    }
}
