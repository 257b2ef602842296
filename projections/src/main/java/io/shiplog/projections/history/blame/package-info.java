/**
 * Who last set each value of an object: the event by its changes, the program by {@code managedFields}. Pure functions. Called
 * by the gateway's history API; depends on {@code history} and {@code diff}.
 */
@NullMarked
package io.shiplog.projections.history.blame;

import org.jspecify.annotations.NullMarked;
