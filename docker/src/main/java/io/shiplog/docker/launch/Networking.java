package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.node.net.NodeNetwork;
import io.shiplog.node.net.NodeNetworkConfig;
import io.shiplog.node.net.Obstacles;
import io.shiplog.node.net.Obstacles.Collision;
import io.shiplog.node.net.address.Ipv4;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the pods of this machine are networked: routed, or on Docker's own bridge, where they run without Services and cluster DNS.
 *
 * @param routed whether pods have a network of their own
 * @param why why not, if nobody asked for the bridge; a sentence each
 */
record Networking(boolean routed, List<String> why) {
    /** What a user may ask for. */
    enum Mode {
        /** Routed, or the bridge on a machine that cannot do it. */
        auto,
        /** The bridge. */
        bridge
    }

    /** Of a process without nodes. */
    static final Networking NONE = new Networking(false, List.of());

    /**
     * What becomes of a wish on this machine. Changes nothing.
     *
     * @param remembered whether the cluster was made with its networks, which then stay
     * @throws IllegalStateException if something else on the machine uses the networks; the message says what, and what to do
     */
    static Networking choose(Mode mode, ClusterSettings settings, NodeNumbers nodes, boolean remembered) {
        return mode == Mode.bridge || nodes.count() == 0
                ? NONE
                : judge(NodeNetwork.preflight(config(settings, nodes)), settings, remembered);
    }

    /** What a machine lacks is no choice of its user's; that two networks collide is. */
    static Networking judge(Obstacles obstacles, ClusterSettings settings, boolean remembered) {
        if (!obstacles.collisions().isEmpty()) {
            String sentences = obstacles.collisions().stream()
                    .map(Collision::sentence)
                    .distinct()
                    .collect(Collectors.joining("; "));
            throw new IllegalStateException(
                    "%s. %semove what uses it, or put pods on Docker's own bridge, without Services and cluster DNS: --network bridge"
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
    static NodeNetworkConfig config(ClusterSettings settings, NodeNumbers nodes) {
        TreeMap<String, Ipv4Range> ranges = new TreeMap<>();
        nodes.all().forEach(number -> ranges.put(NodeNumbers.name(number), Ipv4Range.of(settings.nodeCidr(number))));
        return new NodeNetworkConfig(
                settings.cluster(),
                Ipv4Range.of(settings.podCidr()),
                Ipv4Range.of(settings.serviceCidr()),
                Ipv4.of(settings.serviceAddress(10)),
                ranges);
    }
}
