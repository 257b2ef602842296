/**
 * The command side: commands in, events or refusals out; and the process managers that send their own commands. Depends on
 * events and projections, and on Axon in one package.
 */
@NullMarked
package io.shiplog.command;

import org.jspecify.annotations.NullMarked;
