/**
 * What anybody may ask of a cluster, and the two answers: accepted or refused. {@link
 * io.shiplog.events.command.CommandPort} is the only way in. Depends on the object and json packages.
 */
@NullMarked
package io.shiplog.events.command;

import org.jspecify.annotations.NullMarked;
