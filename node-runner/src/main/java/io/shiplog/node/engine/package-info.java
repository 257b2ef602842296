/**
 * The port for running containers: the few operations of Docker Engine that pods need. One implementation uses Docker, one is
 * in memory, and both pass one contract suite. Knows nothing of Kubernetes objects; everything else in the node runner may
 * depend on it.
 */
@NullMarked
package io.shiplog.node.engine;

import org.jspecify.annotations.NullMarked;
