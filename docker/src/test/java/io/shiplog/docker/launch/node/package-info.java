/** Nodes of a process. */
@NullMarked
package io.shiplog.docker.launch.node;

import org.jspecify.annotations.NullMarked;
