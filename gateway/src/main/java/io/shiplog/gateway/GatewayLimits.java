package io.shiplog.gateway;

import java.time.Duration;

/**
 * How much the front door lets in.
 *
 * @param concurrentRequests under way at once, watches apart
 * @param concurrentWatches watches and followed logs at once
 * @param headerBytes of a request's headers together
 * @param idle how long a connection may be silent; longer than the interval of bookmarks, and of HTTP/2 pings of Go clients (30 s)
 */
public record GatewayLimits(int concurrentRequests, int concurrentWatches, int headerBytes, Duration idle) {
    public static final GatewayLimits DEFAULT = new GatewayLimits(1_000, 10_000, 64 * 1024, Duration.ofMinutes(5));
}
