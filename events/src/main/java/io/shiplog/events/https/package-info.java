/**
 * The HTTPS server for connections between parts of the cluster: mutual TLS on the JDK's server, with deadlines, a connection
 * limit and an answer to anything a handler throws. The command port and the node's server use it; the public gateway does not.
 * Knows nothing about the cluster.
 */
@NullMarked
package io.shiplog.events.https;

import org.jspecify.annotations.NullMarked;
