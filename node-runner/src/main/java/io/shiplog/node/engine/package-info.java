/**
 * What runs containers, as a port: the few things that pods need of Docker Engine, in the words of pods. One form speaks to
 * Docker, one lives in memory, and both pass one contract suite. Knows nothing of Kubernetes objects; everything else in the
 * node runner may depend on it.
 */
@NullMarked
package io.shiplog.node.engine;

import org.jspecify.annotations.NullMarked;
