/**
 * The node's server for the gateway: container logs, over HTTPS with client certificates, under the kubelet's own paths.
 * Depends only on the engine port.
 */
@NullMarked
package io.shiplog.node.server;

import org.jspecify.annotations.NullMarked;
