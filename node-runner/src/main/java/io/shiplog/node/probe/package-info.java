/**
 * Probes containers by HTTP, TCP, gRPC or a command, and counts the answers up to their thresholds. The counting is pure; the
 * IO goes through a port. Used by pods; depends on the engine port and {@code stream}.
 */
@NullMarked
package io.shiplog.node.probe;

import org.jspecify.annotations.NullMarked;
