/**
 * Addresses for pods, and access to Services. The pod package attaches sandboxes through the port {@link
 * io.shiplog.node.net.PodNetwork} and knows nothing about bridges, rules and name servers. Depends on events and projections;
 * it does not use docker-java.
 */
@NullMarked
package io.shiplog.node.net;

import org.jspecify.annotations.NullMarked;
