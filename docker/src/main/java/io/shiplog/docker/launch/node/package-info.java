/**
 * The nodes of a process: their numbers, networks and runners on this machine. Used by the node runner role and by {@code up}.
 */
@NullMarked
package io.shiplog.docker.launch.node;

import org.jspecify.annotations.NullMarked;
