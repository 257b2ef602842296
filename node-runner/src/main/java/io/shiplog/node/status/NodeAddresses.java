package io.shiplog.node.status;

/**
 * Where a node is reached.
 *
 * @param internal its own address, at which the gateway reaches its server
 * @param external its machine's address, at which other machines reach it; empty if the cluster has one machine
 */
public record NodeAddresses(String internal, String external) {
    /** A node of a cluster on one machine. */
    public static NodeAddresses of(String internal) {
        return new NodeAddresses(internal, "");
    }
}
