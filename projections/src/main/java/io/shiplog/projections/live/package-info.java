/**
 * The image that a process keeps current by reading the log, and the two writers that save it: snapshots for a fast start,
 * keyframes for fast time travel.
 */
@NullMarked
package io.shiplog.projections.live;

import org.jspecify.annotations.NullMarked;
