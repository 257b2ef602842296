package io.shiplog.docker.launch.node;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.command.CommandPort;
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
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.services.ServicesWatch;
import io.shiplog.node.server.NodeView;
import io.shiplog.node.source.ImagePodSource;
import io.shiplog.node.status.NodeAddresses;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.RbacAuthorizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** The logical nodes of this machine: one network, one name server and one Docker Engine for all, a runner for each. */
public final class Nodes implements MachineNodes.Running {
    private static final String DOCKER = "unix:///var/run/docker.sock";
    private static final String DOMAIN = "cluster.local";
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final String LOOPBACK = "127.0.0.1";

    private final RoleContext context;
    private final Closing parts = new Closing();
    private final List<NodeRunner> runners = new ArrayList<>();
    private volatile int highest = Integer.MAX_VALUE;

    private Nodes(RoleContext context) {
        this.context = context;
    }

    /** Connects to the machine's Docker Engine asynchronously, so that a log can be opened meanwhile. */
    public static CompletableFuture<ContainerEngine> engine() {
        return CompletableFuture.supplyAsync(
                () -> DockerEngine.connect(DOCKER),
                task -> Thread.ofVirtual().name("engine").start(task));
    }

    /**
     * Sets up the machine's network and starts its nodes.
     *
     * @param asked the future engine, which is closed with the nodes; its failure is rethrown
     * @param commands the command port for a node's identity: each node acts only for itself
     */
    public static Nodes start(
            RoleContext context,
            CompletableFuture<ContainerEngine> asked,
            Function<Identity, CommandPort> commands,
            NodeNumbers numbers,
            Networking networking,
            Stages stages) {
        if (!networking.why().isEmpty()) {
            stages.say("Pods use Docker's own bridge, without Services and cluster DNS:");
            networking.why().forEach(reason -> stages.say("  - " + reason));
        }
        Nodes nodes = new Nodes(context);
        try {
            nodes.startAll(nodes.parts.with(answered(asked)), commands, numbers, networking);
            return nodes;
        } catch (IOException e) {
            nodes.close();
            throw new UncheckedIOException("a node did not start: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    private static ContainerEngine answered(CompletableFuture<ContainerEngine> asked) {
        try {
            return asked.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException why ? why : e;
        }
    }

    private void startAll(
            ContainerEngine engine,
            Function<Identity, CommandPort> commands,
            NodeNumbers numbers,
            Networking networking)
            throws IOException {
        ClusterSettings settings = context.settings();
        // Closed after the runners and before the engine.
        parts.with(() -> numbers.all().stream()
                .filter(number -> number > highest)
                .forEach(number -> NodeRunner.removeEverything(engine, settings.cluster(), NodeNumbers.name(number))));
        Optional<NodeNetwork> network = networking.routed()
                ? Optional.of(
                        network(Networking.config(settings, numbers, networking.uplink()), networking.externalIps()))
                : Optional.empty();
        String machine =
                networking.uplink().map(uplink -> uplink.address().toString()).orElse("");
        for (int number : numbers.all()) {
            String node = NodeNumbers.name(number);
            NodeSetup setup = network.map(routed -> new NodeSetup(
                            node,
                            new NodeAddresses(routed.gateway(node).toString(), machine),
                            settings.nodeCidr(number),
                            true,
                            routed.pods(node)))
                    .orElseGet(() -> new NodeSetup(
                            node, NodeAddresses.of(LOOPBACK), "", false, parts.with(new DockerBridgeNetwork(engine))));
            start(setup, engine, commands, numbers.count());
        }
    }

    private NodeNetwork network(NodeNetworkConfig config, Set<Ipv4Range> externalIps) {
        ServicesWatch services = parts.with(new ServicesWatch(context.image(), externalIps));
        NodeNetwork network = parts.with(NodeNetwork.start(config, context.image(), services));
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

    /** The setup of a node: its name, addresses and pods' range, whether there is a cluster DNS, and its pods' network. */
    private record NodeSetup(String node, NodeAddresses addresses, String podCidr, boolean dns, PodNetwork pods) {}

    private void start(NodeSetup setup, ContainerEngine engine, Function<Identity, CommandPort> commands, int share)
            throws IOException {
        NodeRunnerConfig config = new NodeRunnerConfig(
                context.settings().cluster(),
                setup.node(),
                setup.addresses(),
                0,
                context.home().node(setup.node()),
                setup.podCidr(),
                setup.dns() ? context.settings().serviceAddress(10) : "",
                DOMAIN,
                share,
                context.pki().identify(Identity.nodeServer(setup.node())));
        runners.add(parts.with(NodeRunner.start(
                config,
                engine,
                setup.pods(),
                new ImagePodSource(context.image(), setup.node()),
                commands.apply(Identity.node(setup.node())),
                rights(setup.node()))));
    }

    /** By the roles of the cluster, as a kubelet that asks the API server. */
    private NodeView.Rights rights(String node) {
        RbacAuthorizer authorizer = new RbacAuthorizer();
        return (actor, subresource) -> authorizer
                .authorize(
                        context.image().current(),
                        AccessRequest.resource(actor, "get", "", "nodes", subresource, "", node))
                .allowed();
    }

    @Override
    public void shutDown() {
        runners.forEach(NodeRunner::shutDown);
    }

    @Override
    public void keep(int number) {
        highest = number;
    }

    @Override
    public void close() {
        parts.close();
    }
}
