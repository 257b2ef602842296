package io.shiplog.node.net;

import io.shiplog.node.net.address.Ipv4Range;
import java.util.List;
import java.util.stream.Stream;

/**
 * The obstacles to the pod network on a machine.
 *
 * @param lacks what is missing, in full sentences: no Linux, no root, missing commands with their packages
 * @param collisions ranges of the network that are in use on the machine; not checked if something is missing
 */
public record Obstacles(List<String> lacks, List<Collision> collisions) {
    public Obstacles {
        lacks = List.copyOf(lacks);
        collisions = List.copyOf(collisions);
    }

    /**
     * Another route into one of our ranges: one of the two would be unreachable.
     *
     * @param ours the pods' or the Services' range
     * @param theirs the route's destination
     * @param device the route's interface
     */
    public record Collision(Ipv4Range ours, Ipv4Range theirs, String device) {
        /** {@code the range 10.244.0.0/16 is in use on this machine (route 10.244.0.0/24 dev cni0)}. */
        public String sentence() {
            return "the range %s is in use on this machine (route %s dev %s)".formatted(ours, theirs, device);
        }
    }

    /** All obstacles, one sentence each; empty if the network is possible. */
    public List<String> sentences() {
        return Stream.concat(lacks.stream(), collisions.stream().map(Collision::sentence))
                .toList();
    }
}
