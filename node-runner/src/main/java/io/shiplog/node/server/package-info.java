/**
 * The node's server for the gateway: container logs, over HTTPS with client certificates, under the kubelet's own paths.
 * Depends on the engine port, {@code stats}, {@code stream} and the pods' status.
 */
@NullMarked
package io.shiplog.node.server;

import org.jspecify.annotations.NullMarked;
