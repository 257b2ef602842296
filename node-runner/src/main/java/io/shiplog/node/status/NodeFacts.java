package io.shiplog.node.status;

import io.shiplog.node.engine.ContainerEngine.EngineInfo;

/**
 * The constant facts of a node.
 *
 * @param port of its HTTPS server
 * @param podCidr empty if the network assigns none
 * @param version shown by {@code kubectl get nodes}
 */
public record NodeFacts(
        String name,
        NodeAddresses addresses,
        int port,
        String podCidr,
        long cpuMillis,
        long memoryBytes,
        long storageBytes,
        String machineId,
        String bootId,
        String version,
        EngineInfo engine) {}
