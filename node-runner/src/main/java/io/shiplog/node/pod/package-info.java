/**
 * The life of a pod on a node: desired and observed state give the next steps (pure), an actor per pod executes them and
 * reports. Containers come from the engine port, addresses from the network port, everything else about the cluster from {@link
 * io.shiplog.node.source.PodSource}. Does not use docker-java or the log.
 */
@NullMarked
package io.shiplog.node.pod;

import org.jspecify.annotations.NullMarked;
