/**
 * The commands to a cluster, and the two answers: accepted or refused. {@link io.shiplog.events.command.CommandPort} is the
 * only entry. Depends on the object and json packages.
 */
@NullMarked
package io.shiplog.events.command;

import org.jspecify.annotations.NullMarked;
