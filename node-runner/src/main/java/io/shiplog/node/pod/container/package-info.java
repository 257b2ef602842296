/**
 * From a container's specification to the engine's request: environment, mounts, image, hosts and resolv.conf, security and limits, for
 * containers and for the sandbox. Does not start anything itself: the effects in {@code io.shiplog.node.pod} do.
 */
@NullMarked
package io.shiplog.node.pod.container;

import org.jspecify.annotations.NullMarked;
