/**
 * The log as something to ask: which changes there were and what each changed. Pure functions, and {@link
 * io.shiplog.projections.history.LogHistory}, the port through which events of the past come. Depends on events alone.
 */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
