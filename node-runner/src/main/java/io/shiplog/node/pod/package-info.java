/**
 * A pod's life on a node: what is wanted and what is seen give the next steps (pure), an actor per pod takes them and reports.
 * Containers come from the engine port, addresses from the network port, everything else about the cluster from {@link
 * io.shiplog.node.PodSource}. Knows neither docker-java nor the log.
 */
@NullMarked
package io.shiplog.node.pod;

import org.jspecify.annotations.NullMarked;
