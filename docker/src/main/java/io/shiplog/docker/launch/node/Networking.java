package io.shiplog.docker.launch.node;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.node.net.NodeNetwork;
import io.shiplog.node.net.NodeNetworkConfig;
import io.shiplog.node.net.Obstacles;
import io.shiplog.node.net.Obstacles.Collision;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import io.shiplog.node.net.machine.LinuxMachine;
import io.shiplog.node.net.machines.Uplink;
import io.shiplog.node.net.machines.Way;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The networking of this machine's pods: routed, or on Docker's own bridge, without Services and cluster DNS.
 *
 * @param routed whether pods have a network of their own
 * @param why the reasons for the bridge, if it was not requested; a sentence each
 * @param uplink how other machines of the cluster reach this one; empty if there are none
 * @param externalIps the ranges of which Services may claim addresses by {@code externalIPs}
 */
public record Networking(boolean routed, List<String> why, Optional<Uplink> uplink, Set<Ipv4Range> externalIps) {
    public Networking {
        why = List.copyOf(why);
        externalIps = Set.copyOf(externalIps);
    }

    /** Of a cluster on one machine. */
    public Networking(boolean routed, List<String> why) {
        this(routed, why, Optional.empty(), Set.of());
    }

    /**
     * The same on one of several machines.
     *
     * @param address of this machine for the others; empty for that of the default route
     * @param way how packets of pods travel between machines
     * @throws IllegalStateException if the machine does not have this address
     */
    public Networking among(String address, Way way) {
        return routed ? new Networking(true, why, Uplink.find(new LinuxMachine(), address, way), externalIps) : this;
    }

    /** The same with ranges of which Services may claim addresses by {@code externalIPs}. */
    public Networking allowing(Set<Ipv4Range> ranges) {
        return new Networking(routed, why, uplink, ranges);
    }

    /** The user's choice. */
    public enum Mode {
        /** Routed, or the bridge on a machine that does not support it. */
        auto,
        /** The bridge. */
        bridge
    }

    /** For a process without nodes. */
    public static final Networking NONE = new Networking(false, List.of());

    /**
     * Whether this machine supports the requested network mode. Changes nothing.
     *
     * @param remembered whether the cluster exists, with fixed networks
     * @throws IllegalStateException if something else on the machine uses the networks; the message names it, and what to do
     */
    public static Networking choose(Mode mode, ClusterSettings settings, NodeNumbers nodes, boolean remembered) {
        return mode == Mode.bridge || nodes.count() == 0
                ? NONE
                : judge(NodeNetwork.preflight(config(settings, nodes, Optional.empty())), settings, remembered);
    }

    /** Missing features are not the user's choice; a collision of two networks is. */
    static Networking judge(Obstacles obstacles, ClusterSettings settings, boolean remembered) {
        if (!obstacles.collisions().isEmpty()) {
            String sentences = obstacles.collisions().stream()
                    .map(Collision::sentence)
                    .distinct()
                    .collect(Collectors.joining("; "));
            throw new IllegalStateException(
                    "%s. %semove what uses it, or use Docker's own bridge, without Services and cluster DNS: --network bridge"
                            .formatted(
                                    sentences,
                                    remembered ? "R" : "Choose another with " + options(obstacles, settings) + ", r"));
        }
        return new Networking(obstacles.lacks().isEmpty(), obstacles.lacks());
    }

    private static String options(Obstacles obstacles, ClusterSettings settings) {
        return obstacles.collisions().stream()
                .map(each -> each.ours().toString().equals(settings.podCidr()) ? "--pod-cidr" : "--service-cidr")
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    /** The routed network of some nodes of this machine. */
    static NodeNetworkConfig config(ClusterSettings settings, NodeNumbers nodes, Optional<Uplink> uplink) {
        TreeMap<String, Ipv4Range> ranges = new TreeMap<>();
        nodes.all().forEach(number -> ranges.put(NodeNumbers.name(number), Ipv4Range.of(settings.nodeCidr(number))));
        return new NodeNetworkConfig(
                settings.cluster(),
                Ipv4Range.of(settings.podCidr()),
                Ipv4Range.of(settings.serviceCidr()),
                Ipv4.of(settings.serviceAddress(10)),
                ranges,
                uplink,
                settings.balancers().map(Ipv4Range::of));
    }
}
