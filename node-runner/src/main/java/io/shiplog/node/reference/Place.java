package io.shiplog.node.reference;

import java.util.List;

/**
 * Where a pod is, as far as it is known yet: what its own fields may tell its containers.
 *
 * @param node the node's name
 * @param hostIp the node's address
 * @param podIps empty until the network has taken the pod
 * @param cpuMillis what the node can give, in thousandths of a CPU: the limit of a container without one
 * @param memoryBytes likewise
 * @param storageBytes likewise
 */
public record Place(
        String node, String hostIp, List<String> podIps, long cpuMillis, long memoryBytes, long storageBytes) {
    public Place {
        podIps = List.copyOf(podIps);
    }

    /** The same place once the pod has addresses. */
    public Place with(List<String> ips) {
        return new Place(node, hostIp, ips, cpuMillis, memoryBytes, storageBytes);
    }
}
