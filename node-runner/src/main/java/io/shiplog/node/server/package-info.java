/**
 * What a node serves to the gateway: the logs of its containers, over HTTPS with client certificates, under the kubelet's own
 * paths. Knows the engine port alone.
 */
@NullMarked
package io.shiplog.node.server;

import org.jspecify.annotations.NullMarked;
