package io.shiplog.gateway;

import java.time.Duration;

/**
 * The limits of the API server.
 *
 * @param connections concurrent TCP connections
 * @param concurrentRequests concurrent requests without watches
 * @param concurrentWatches concurrent watches and followed logs
 * @param headerBytes of a request's headers together
 * @param idle how long a connection may be silent; longer than the default watch timeout (an hour), since a watch without
 *     events is silent and must not be cut. TCP keep-alive detects dead peers
 */
public record GatewayLimits(
        int connections, int concurrentRequests, int concurrentWatches, int headerBytes, Duration idle) {
    /** The connection limit for the process's file descriptors. */
    public static final GatewayLimits DEFAULT =
            new GatewayLimits(AcceptLimit.ofProcess(), 1_000, 10_000, 64 * 1024, Duration.ofMinutes(70));
}
