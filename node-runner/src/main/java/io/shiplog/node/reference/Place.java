package io.shiplog.node.reference;

import java.util.List;

/**
 * The known placement of a pod, for the downward API.
 *
 * @param node the node's name
 * @param hostIp the node's address
 * @param podIps empty until the pod is attached to the network
 * @param cpuMillis the node's allocatable CPU in thousandths: the limit of a container without one
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
