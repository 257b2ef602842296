/**
 * Queries on the log: changes ({@code Change…}), fields and lines ({@code Field…}, {@code Line…}, {@code Blame}), causes ({@code
 * Cause…}) and undo ({@code Undo…}). Pure functions, and {@link io.shiplog.projections.history.LogHistory}, the port for events
 * of the past. Depends on events and on stored objects of {@code projections}.
 */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
