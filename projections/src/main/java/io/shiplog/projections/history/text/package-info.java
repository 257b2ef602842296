/**
 * How changes are shown to users: one column of text, values of Secrets masked, control characters escaped. Pure functions.
 * Called by the history API, the console and the command line; depends on events and {@code diff}.
 */
@NullMarked
package io.shiplog.projections.history.text;

import org.jspecify.annotations.NullMarked;
