/**
 * The HTTPS server that parts of the cluster open for one another: mutual TLS on the JDK's own server, with deadlines, a limit of
 * connections and an answer to whatever a handler throws. The command port and the node's server are built on it; the gateway,
 * which the world talks to, is not. Knows nothing of the cluster.
 */
@NullMarked
package io.shiplog.events.https;

import org.jspecify.annotations.NullMarked;
