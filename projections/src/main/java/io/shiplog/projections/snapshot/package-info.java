/**
 * Snapshots: what makes a start fast. A snapshot is derived from the log and never trusted beyond its digest; without it the
 * log is replayed. Knows the events module alone.
 */
@NullMarked
package io.shiplog.projections.snapshot;

import org.jspecify.annotations.NullMarked;
