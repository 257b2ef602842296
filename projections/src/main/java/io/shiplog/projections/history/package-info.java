/**
 * The log as something to ask: which changes there were, what each changed, who set a field, what caused what, and what would
 * undo it. Pure functions, and {@link io.shiplog.projections.history.LogHistory}, the port through which events of the past
 * come. Depends on events alone.
 */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
