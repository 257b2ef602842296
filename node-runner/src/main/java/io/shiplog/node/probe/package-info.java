/**
 * Asks containers whether they are well: by HTTP, TCP, gRPC or a command, and counts the answers until they mean something. The
 * counting is pure; the asking goes through a port. Used by pods; depends on the engine port alone.
 */
@NullMarked
package io.shiplog.node.probe;

import org.jspecify.annotations.NullMarked;
