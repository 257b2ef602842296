/**
 * Queries on the log: the changes and their fields. Pure functions, and {@link io.shiplog.projections.history.LogHistory}, the
 * port for events of the past. Depends only on events.
 */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
