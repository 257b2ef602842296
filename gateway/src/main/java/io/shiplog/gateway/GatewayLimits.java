package io.shiplog.gateway;

import java.time.Duration;

/**
 * How much the front door lets in.
 *
 * @param connections TCP connections at once
 * @param concurrentRequests under way at once, watches apart
 * @param concurrentWatches watches and followed logs at once
 * @param headerBytes of a request's headers together
 * @param idle how long a connection may be silent; longer than the longest watch of its own accord (an hour), since a watch
 *     in which nothing happens is silent and must not be cut. Peers that are gone are found by TCP keep-alive
 */
public record GatewayLimits(
        int connections, int concurrentRequests, int concurrentWatches, int headerBytes, Duration idle) {
    /** Connections by the file descriptors that the process may have. */
    public static final GatewayLimits DEFAULT =
            new GatewayLimits(AcceptLimit.ofProcess(), 1_000, 10_000, 64 * 1024, Duration.ofMinutes(70));
}
