package io.shiplog.docker.launch.role;

import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.node.NetworkOption;
import io.shiplog.docker.launch.node.Networking;
import io.shiplog.docker.launch.node.NodeNumbers;
import io.shiplog.docker.launch.node.Nodes;
import io.shiplog.docker.pki.KeyPart;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.net.machines.Way;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The nodes of this machine as a separate process. */
@Command(
        name = "node-runner",
        mixinStandardHelpOptions = true,
        description =
                "Run this machine's nodes as a separate process, against an external Kafka. One process runs all nodes of a machine.",
        footer = {"", "Example:", "  ./shiplog node-runner --kafka kafka-1:9092 --nodes 2"})
public final class NodeRunnerRole implements Callable<Integer> {
    @Mixin
    private RoleOptions role = new RoleOptions();

    @Option(names = "--nodes", paramLabel = "N", description = "logical nodes on this machine (default: 1)")
    private int nodes = 1;

    @Option(
            names = "--first-node",
            paramLabel = "N",
            description = "number of this machine's first node; node numbers are unique in a cluster (default: 1)")
    private int first = 1;

    @Option(
            names = "--machine-address",
            paramLabel = "ADDRESS",
            description =
                    "this machine's address for the cluster's other machines; pods of different machines reach each other"
                            + " between these addresses (default: the one of the default route)")
    private String machineAddress = "";

    @Option(
            names = "--machine-network",
            paramLabel = "WAY",
            converter = WayConverter.class,
            description = {
                "how packets of pods travel between machines, the same on all of them: routes: plain routes within a subnet, a VXLAN beyond it; ovs-gre: GRE tunnels of Open vSwitch (default: routes)"
            })
    private Way way = Way.ROUTES;

    private static final class WayConverter implements ITypeConverter<Way> {
        @Override
        public Way convert(String text) {
            return switch (text) {
                case "routes" -> Way.ROUTES;
                case "ovs-gre" -> Way.OVS_GRE;
                default -> throw new TypeConversionException("not routes or ovs-gre: " + text);
            };
        }
    }

    @Mixin
    private NetworkOption network = new NetworkOption();

    @Override
    public Integer call() throws InterruptedException {
        NodeNumbers numbers = new NodeNumbers(first, nodes);
        Networking networking =
                role.choose(network.mode(), numbers).among(machineAddress, way).allowing(network.externalIps());
        Stages stages = new Stages(System.out);
        Closing parts = new Closing();
        CompletableFuture<ContainerEngine> engine = Nodes.engine();
        RoleContext context = role.enter(parts, Set.of(KeyPart.AUTHORITY), stages);
        parts.with(Nodes.start(context, engine, node -> parts.with(context.writer(node)), numbers, networking, stages));
        if (networking.routed()) {
            stages.say(networking
                    .uplink()
                    .map(uplink -> "Other machines reach this one's pods at " + uplink.address())
                    .orElse("Pods reach no other machine's pods: there is no default route; give --machine-address"));
        }
        stages.say(nodes == 1 ? "Node started" : nodes + " nodes started");
        RoleOptions.stay(parts);
        return ExitCode.OK;
    }
}
