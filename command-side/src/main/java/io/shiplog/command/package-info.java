/**
 * Deciding: commands in, events or refusals out; and the process managers that send commands of their own. Knows events and
 * projections, and Axon in one package.
 */
@NullMarked
package io.shiplog.command;

import org.jspecify.annotations.NullMarked;
