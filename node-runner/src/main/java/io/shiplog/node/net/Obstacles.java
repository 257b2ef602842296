package io.shiplog.node.net;

import io.shiplog.node.net.address.Ipv4Range;
import java.util.List;
import java.util.stream.Stream;

/**
 * What stands between a machine and the pod network.
 *
 * @param lacks what the machine cannot do, in whole sentences: no Linux, no root, missing commands with the package that has each
 * @param collisions which of the network's ranges something else on the machine uses; not looked for where something lacks
 */
public record Obstacles(List<String> lacks, List<Collision> collisions) {
    public Obstacles {
        lacks = List.copyOf(lacks);
        collisions = List.copyOf(collisions);
    }

    /**
     * Somebody else's way into a range of ours: one of the two would not be reached.
     *
     * @param ours the pods' or the Services' range
     * @param theirs where a route leads
     * @param device through which interface it leads
     */
    public record Collision(Ipv4Range ours, Ipv4Range theirs, String device) {
        /** {@code the range 10.244.0.0/16 is in use on this machine (route 10.244.0.0/24 dev cni0)}. */
        public String sentence() {
            return "the range %s is in use on this machine (route %s dev %s)".formatted(ours, theirs, device);
        }
    }

    /** All of it, a sentence each; empty if the machine can carry the network. */
    public List<String> sentences() {
        return Stream.concat(lacks.stream(), collisions.stream().map(Collision::sentence))
                .toList();
    }
}
