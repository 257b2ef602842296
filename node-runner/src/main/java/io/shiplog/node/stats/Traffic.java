package io.shiplog.node.stats;

/** What passed a network interface since its start. */
record Traffic(
        String name,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long sentBytes,
        long sentPackets,
        long sendErrors) {}
