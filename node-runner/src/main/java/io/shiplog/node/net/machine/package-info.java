/**
 * The rim of the network packages: commands run on this machine, and what they answered. Everything above it is a pure function
 * from state to the text that goes in here. Depends on nothing.
 */
@NullMarked
package io.shiplog.node.net.machine;

import org.jspecify.annotations.NullMarked;
