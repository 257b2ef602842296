package io.shiplog.node.pod.port;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.net.PodNetwork;
import io.shiplog.node.probe.Prober;
import io.shiplog.node.source.PodSource;
import io.shiplog.node.volume.PodFolders;
import java.util.concurrent.Semaphore;

/**
 * The ports of pods; one instance serves all pods of a node.
 *
 * @param starts permits for concurrent starts
 */
public record PodPorts(
        ContainerEngine engine,
        PodNetwork network,
        PodFolders folders,
        NodeImages images,
        PodSource source,
        ServiceAccountTokens tokens,
        Prober asker,
        PodEvents events,
        StatusSink status,
        TaskClock clock,
        Semaphore starts) {}
