package io.shiplog.node;

import io.shiplog.node.status.NodeAddresses;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * One logical node. Several may share a machine: each has its own name, address or port, and directory.
 *
 * @param cluster the cluster's name: a part of every label
 * @param node the node's name
 * @param addresses where the node is reached, at {@code port}
 * @param port of the node's HTTPS server; 0 for any free one
 * @param root the node's directory: volumes and pod files
 * @param podCidr the addresses of its pods, as {@code 10.244.0.0/24}; empty if the network assigns none
 * @param clusterDns the cluster's name server for pods; empty for none
 * @param clusterDomain {@code cluster.local}
 * @param machineShare the node's capacity is the machine's divided by this: 1, or the number of nodes on the machine
 * @param tls the server's certificate and the authority of its clients
 */
public record NodeRunnerConfig(
        String cluster,
        String node,
        NodeAddresses addresses,
        int port,
        Path root,
        String podCidr,
        String clusterDns,
        String clusterDomain,
        int machineShare,
        SSLContext tls) {}
