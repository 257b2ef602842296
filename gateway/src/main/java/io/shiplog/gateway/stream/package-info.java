/**
 * Streams to pods: exec, attach, port-forward. They leave HTTP and go, byte by byte, to the pod's node and back; the gateway authorizes and
 * records them, and reads nothing of them. Depends on Vert.x and the http package.
 */
@NullMarked
package io.shiplog.gateway.stream;

import org.jspecify.annotations.NullMarked;
