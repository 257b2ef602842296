/**
 * The commands that revert a range of the log. {@code UndoRange} reads the range, {@code UndoPlan} is a pure function of it.
 * Called by the gateway's history API; depends on {@code history}, {@code diff}, {@code text} and images.
 */
@NullMarked
package io.shiplog.projections.history.undo;

import org.jspecify.annotations.NullMarked;
