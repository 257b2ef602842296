/**
 * The index over the log: which stretches of it can hold an answer, and where in them the events of an object are. Derived from the
 * log and rebuilt from it where it is missing; about four bytes of memory for each event.
 */
@NullMarked
package io.shiplog.projections.history.index;

import org.jspecify.annotations.NullMarked;
