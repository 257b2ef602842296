package io.shiplog.node.status;

import io.shiplog.node.engine.ContainerEngine.EngineInfo;

/**
 * What a node is and has, which does not change while it runs.
 *
 * @param port of its HTTPS server
 * @param podCidr empty if the network has none of its own
 * @param version what {@code kubectl get nodes} shows
 */
public record NodeFacts(
        String name,
        String address,
        int port,
        String podCidr,
        long cpuMillis,
        long memoryBytes,
        long storageBytes,
        String machineId,
        String bootId,
        String version,
        EngineInfo engine) {}
