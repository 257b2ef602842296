/**
 * The subresource {@code proxy} of pods, services and nodes: a user's HTTP request goes to a pod or a node by way of the node's server, so that the gateway
 * needs no route to pods. Which headers pass, and how links and redirects are rewritten, are pure functions here. Depends on Vert.x and the packages http and
 * stream.
 */
@NullMarked
package io.shiplog.gateway.proxy;

import org.jspecify.annotations.NullMarked;
