/**
 * The streams of exec, attach and port-forward, as their clients speak them: Kubernetes' channels in a WebSocket, and SPDY. Blocking, a
 * virtual thread for each direction, so that a slow reader holds up its own writer and nothing else. Depends on the engine port.
 */
@NullMarked
package io.shiplog.node.stream;

import org.jspecify.annotations.NullMarked;
