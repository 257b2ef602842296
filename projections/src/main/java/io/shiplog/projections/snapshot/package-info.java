/**
 * Snapshots make a start fast. A snapshot is derived from the log and never trusted beyond its digest; without it the log is
 * replayed. Depends only on the events module.
 */
@NullMarked
package io.shiplog.projections.snapshot;

import org.jspecify.annotations.NullMarked;
