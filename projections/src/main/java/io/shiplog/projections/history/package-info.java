/**
 * Reads events of the past: {@link io.shiplog.projections.history.LogHistory} is the port, {@link
 * io.shiplog.projections.history.ScannedHistory} reads the log itself, {@link io.shiplog.projections.history.Past} serves queries
 * with several reads. What a query makes of the events is in the packages below, which depend on this one; this one depends on
 * none of them.
 */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
