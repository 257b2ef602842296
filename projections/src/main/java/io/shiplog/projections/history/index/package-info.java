/**
 * The index over the log: the ranges that may hold a match, and the positions of an object's events in them. Derived from the
 * log and rebuilt if missing; about four bytes of memory per event.
 */
@NullMarked
package io.shiplog.projections.history.index;

import org.jspecify.annotations.NullMarked;
