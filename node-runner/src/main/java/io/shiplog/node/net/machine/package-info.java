/**
 * The IO of the network packages: commands run on this machine, and their output. Everything above it is a pure function from
 * state to the commands' input. Depends on nothing.
 */
@NullMarked
package io.shiplog.node.net.machine;

import org.jspecify.annotations.NullMarked;
