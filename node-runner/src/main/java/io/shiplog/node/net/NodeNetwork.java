package io.shiplog.node.net;

import io.shiplog.node.net.Links.Link;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.IpJson;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;
import io.shiplog.node.net.machines.OpenVswitch;
import io.shiplog.node.net.machines.PeerRoutes;
import io.shiplog.node.net.machines.Uplink;
import io.shiplog.node.net.policy.PolicyFilter;
import io.shiplog.node.net.policy.PolicyTable;
import io.shiplog.node.net.proxy.BalancerAddresses;
import io.shiplog.node.net.proxy.Frontend;
import io.shiplog.node.net.proxy.HostPortMapping;
import io.shiplog.node.net.proxy.NftTable;
import io.shiplog.node.net.proxy.ProxyPlan;
import io.shiplog.node.net.proxy.ProxyRules;
import io.shiplog.node.net.proxy.ServiceProxy;
import io.shiplog.node.net.proxy.Target;
import io.shiplog.node.net.services.Protocol;
import io.shiplog.node.net.services.ServicesWatch;
import io.shiplog.projections.image.ImageSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of one machine: a bridge with a gateway address for each logical node, the name server's address, forwarding, and
 * the service proxy. One per machine and cluster, whatever the number of nodes. Everything is in the kernel: closing only stops
 * following the log, and a restarted process takes over the existing network.
 */
public final class NodeNetwork implements AutoCloseable {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    /** In the name server's alias: forwarding was off before. */
    private static final String WAS_OFF = "forwarding=off";

    /** Owner of the name server's ports; no pod has this uid. */
    private static final String NAME_SERVER = "name-server";

    private static final int DNS_PORT = 53;
    private static final int DEFAULT_MTU = 1500;
    /** Every IPv4 host accepts packets of this size (RFC 791). */
    private static final int LEAST_MTU = 576;
    /** How soon rules removed by a firewall reload are restored. */
    private static final Duration UPKEEP = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(NodeNetwork.class);

    private final NodeNetworkConfig config;
    private final Map<String, PodNetwork> pods;
    private final ServiceProxy proxy;
    private final PolicyFilter policies;
    private final Optional<PeerRoutes> peers;
    private final Optional<BalancerAddresses> balancers;
    private final Thread upkeep;

    private NodeNetwork(
            NodeNetworkConfig config,
            Map<String, PodNetwork> pods,
            ServiceProxy proxy,
            PolicyFilter policies,
            Optional<PeerRoutes> peers,
            Optional<BalancerAddresses> balancers,
            Thread upkeep) {
        this.config = config;
        this.pods = pods;
        this.proxy = proxy;
        this.policies = policies;
        this.peers = peers;
        this.balancers = balancers;
        this.upkeep = upkeep;
    }

    /** The obstacles to the network on this machine. Changes nothing. */
    public static Obstacles preflight(NodeNetworkConfig config) {
        return preflight(config, new LinuxMachine());
    }

    static Obstacles preflight(NodeNetworkConfig config, Machine machine) {
        LinkNames names = new LinkNames(config.cluster());
        String scripts = table(config, names).full(ProxyRules.NONE)
                + policies(config, names).empty();
        return new Preflight(machine, names).obstacles(config, scripts);
    }

    /**
     * Sets the network up, or takes over what an earlier process left, and follows the Services.
     *
     * @param images caught up with the log: the rules are replaced to match
     * @param services the Services of the same images
     * @throws IllegalStateException if {@link #preflight} finds obstacles, or the kernel refuses; the message says why
     */
    public static NodeNetwork start(NodeNetworkConfig config, ImageSource images, ServicesWatch services) {
        return start(config, images, services, new LinuxMachine());
    }

    static NodeNetwork start(NodeNetworkConfig config, ImageSource images, ServicesWatch services, Machine machine) {
        List<String> reasons = preflight(config, machine).sentences();
        if (!reasons.isEmpty()) {
            throw new IllegalStateException(String.join("; ", reasons));
        }
        LinkNames names = new LinkNames(config.cluster());
        Links links = new Links(machine, names);
        List<Link> found = links.scan();
        setUpBridges(config, links, found);
        machine.write(FORWARDING, "1");
        ForwardingRules forwarding = new ForwardingRules(machine, names);
        String complaint = forwarding.ensure();
        if (!complaint.isEmpty()) {
            throw new IllegalStateException(complaint);
        }
        ProxyPlan plan = new ProxyPlan(config.nodes().keySet(), Set.of(config.nameServer()));
        ServiceProxy proxy = ServiceProxy.start(machine, table(config, names), plan, services);
        PolicyFilter policies = PolicyFilter.start(
                machine,
                policies(config, names),
                new HashSet<>(config.nodes().values()),
                images,
                attached(names, found));
        Optional<PeerRoutes> peers =
                config.uplink().map(uplink -> PeerRoutes.start(machine, images, ground(config, names, uplink)));
        Optional<BalancerAddresses> balancers =
                config.balancers().map(range -> BalancerAddresses.start(machine, range, names.nameServer(), services));
        int mtu = config.uplink()
                .map(uplink -> Math.clamp(PeerRoutes.mtu(uplink), LEAST_MTU, DEFAULT_MTU))
                .orElseGet(() -> mtuOfDefaultRoute(machine));
        Map<String, PodNetwork> pods = new HashMap<>();
        config.nodes()
                .forEach((node, range) ->
                        pods.put(node, new VethPodNetwork(links, node, range, mtu, proxy, policies, found)));
        Thread upkeep = Thread.ofVirtual().name("forwarding-rules").start(() -> keepUp(forwarding));
        return new NodeNetwork(config, pods, proxy, policies, peers, balancers, upkeep);
    }

    private static PeerRoutes.Ground ground(NodeNetworkConfig config, LinkNames names, Uplink uplink) {
        return new PeerRoutes.Ground(
                uplink,
                config.podRange(),
                new HashSet<>(config.nodes().values()),
                NodeNetworkConfig.gateway(config.nodes().firstEntry().getValue()),
                names.tunnel(uplink.way()),
                names.alias("tunnel"),
                names.metric());
    }

    private static PolicyTable policies(NodeNetworkConfig config, LinkNames names) {
        return new PolicyTable(names.policies(), config.nameServer(), names.podPrefix());
    }

    /** The addresses of the pods that an earlier process attached, by uid. */
    private static Map<String, Ipv4> attached(LinkNames names, List<Link> found) {
        Map<String, Ipv4> attached = new HashMap<>();
        for (Link link : found) {
            Ipv4 address = names.addressIn(link.name());
            if (address != null) {
                attached.put(link.detail("pod"), address);
            }
        }
        return attached;
    }

    private static NftTable table(NodeNetworkConfig config, LinkNames names) {
        return new NftTable(
                names.table(),
                config.podRange(),
                new HashSet<>(config.nodes().values()),
                config.serviceRange(),
                config.nameServer(),
                NodeNetworkConfig.gateway(config.nodes().firstEntry().getValue()),
                names.podPrefix(),
                config.balancers());
    }

    private static void setUpBridges(NodeNetworkConfig config, Links links, List<Link> found) {
        LinkNames names = links.names();
        Map<String, Link> there = new HashMap<>();
        found.forEach(link -> there.put(link.name(), link));
        List<String> commands = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        config.nodes().forEach((node, range) -> {
            String name = names.bridge(range);
            wanted.add(name);
            addBridge(commands, there, name, names.alias("node=" + node));
            commands.add("addr replace %s/%d dev %s".formatted(NodeNetworkConfig.gateway(range), range.prefix(), name));
        });
        String nameServer = names.nameServer();
        wanted.add(nameServer);
        addBridge(commands, there, nameServer, names.alias(forwardingBefore(links, there.get(nameServer))));
        commands.add("addr replace %s/32 dev %s".formatted(config.nameServer(), nameServer));
        // Without it a machine without a default route cannot connect to a ClusterIP.
        commands.add("route replace %s dev %s src %s"
                .formatted(
                        config.serviceRange(),
                        nameServer,
                        NodeNetworkConfig.gateway(config.nodes().firstEntry().getValue())));
        config.uplink().ifPresent(uplink -> wanted.add(names.tunnel(uplink.way())));
        if (there.containsKey(names.openVswitch()) && !wanted.contains(names.openVswitch())) {
            OpenVswitch.removeBridge(links.machine(), names.openVswitch());
        }
        links.delete(found.stream()
                .map(Link::name)
                .filter(name -> !wanted.contains(name) && names.addressIn(name) == null)
                .toList());
        Outcome outcome = links.batch(commands);
        if (!outcome.ok()) {
            throw new IllegalStateException("ip: " + outcome.complaint());
        }
    }

    private static void addBridge(List<String> commands, Map<String, Link> there, String name, String alias) {
        if (!there.containsKey(name)) {
            commands.add("link add name %s type bridge".formatted(name));
        }
        commands.add("link set dev %s alias \"%s\"".formatted(name, alias));
        commands.add("link set dev %s addrgenmode none up".formatted(name));
    }

    private static String forwardingBefore(Links links, @Nullable Link nameServer) {
        boolean wasOff = nameServer == null
                ? links.machine().read(FORWARDING).equals("0")
                : nameServer.alias().endsWith(WAS_OFF);
        return wasOff ? WAS_OFF : "";
    }

    /** A packet that fits into the pod's interface must fit through the machine's: not every path reports a failure. */
    private static int mtuOfDefaultRoute(Machine machine) {
        Outcome outcome = machine.run("ip", "-j", "-4", "route", "show", "default");
        String device = IpJson.parse(outcome.ok() ? outcome.out() : "")
                .path(0)
                .path("dev")
                .asText("");
        Outcome link = device.isEmpty() ? outcome : machine.run("ip", "-j", "link", "show", "dev", device);
        int mtu = IpJson.parse(link.ok() ? link.out() : "").path(0).path("mtu").asInt(DEFAULT_MTU);
        return Math.clamp(mtu, LEAST_MTU, DEFAULT_MTU);
    }

    private static void keepUp(ForwardingRules forwarding) {
        try {
            while (true) {
                Thread.sleep(UPKEEP);
                String complaint = forwarding.ensure();
                if (!complaint.isEmpty()) {
                    LOG.warn("forwarding rules: {}", complaint);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The network of one of this machine's nodes.
     *
     * @throws IllegalArgumentException if the configuration has no such node
     */
    public PodNetwork pods(String node) {
        PodNetwork network = pods.get(node);
        if (network == null) {
            throw new IllegalArgumentException("not a node of this machine: " + node);
        }
        return network;
    }

    /**
     * Sets the port of the cluster's name server, if it could not use port 53 of its address: queries to 53 are redirected
     * there.
     *
     * @param port of the name server's address; 53 changes nothing
     */
    public void nameServerListensOn(int port) {
        Target target = new Target(config.nameServer(), port);
        List<HostPortMapping> mappings = port == DNS_PORT
                ? List.of()
                : List.of(
                        new HostPortMapping(new Frontend(config.nameServer(), Protocol.UDP, DNS_PORT), target),
                        new HostPortMapping(new Frontend(config.nameServer(), Protocol.TCP, DNS_PORT), target));
        proxy.setHostPorts(NAME_SERVER, NAME_SERVER, mappings);
    }

    /** A node's own address on this machine, reachable from pods and the machine: suitable as its InternalIP. */
    public Ipv4 gateway(String node) {
        Ipv4Range range = config.nodes().get(node);
        if (range == null) {
            throw new IllegalArgumentException("not a node of this machine: " + node);
        }
        return NodeNetworkConfig.gateway(range);
    }

    /** Stops following the log. Pods keep their addresses, and connections continue. */
    @Override
    public void close() {
        upkeep.interrupt();
        balancers.ifPresent(BalancerAddresses::close);
        peers.ifPresent(PeerRoutes::close);
        policies.close();
        proxy.close();
    }

    /**
     * Removes everything of a cluster's network from this machine: interfaces, the nftables table, filter rules, and forwarding
     * if it was off before and is no longer needed. Needs no running network, so a new process can call it after a crash.
     *
     * @return what could not be removed and why; empty if nothing is left
     */
    public static List<String> removeEverything(String cluster) {
        return NetworkRemoval.of(cluster, new LinuxMachine()).run();
    }

    static Path forwardingSwitch() {
        return FORWARDING;
    }

    static boolean forwardingWasOff(Link nameServer) {
        return nameServer.alias().endsWith(WAS_OFF);
    }
}
