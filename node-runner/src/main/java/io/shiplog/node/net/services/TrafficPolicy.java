package io.shiplog.node.net.services;

import java.time.Duration;

/**
 * Which endpoints of a Service get a connection.
 *
 * @param affinity how long after its last connection a client has the same endpoint; zero without affinity
 * @param internalLocal internalTrafficPolicy is Local
 * @param externalLocal externalTrafficPolicy is Local
 * @param healthCheckPort where a load balancer asks whether this machine has endpoints; 0 if nowhere
 */
public record TrafficPolicy(Duration affinity, boolean internalLocal, boolean externalLocal, int healthCheckPort) {}
