/** Differences between states of an object, by fields and by lines. */
@NullMarked
package io.shiplog.projections.history.diff;

import org.jspecify.annotations.NullMarked;
