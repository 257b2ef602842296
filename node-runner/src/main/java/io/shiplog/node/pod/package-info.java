/**
 * The life of a pod on a node: an actor per pod takes messages, asks {@code plan} for the next steps, executes them and reports
 * the {@code status}. What a pod is to be is in {@code desired}, what the node sees of it in {@code observed}, whether it may run in
 * {@code admission}, the engine's requests in {@code container}, what pods share in {@code port}; none of these rooms knows the
 * actor. Does not use docker-java or the log.
 */
@NullMarked
package io.shiplog.node.pod;

import org.jspecify.annotations.NullMarked;
