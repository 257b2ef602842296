/** Undo: each test as a short history of a cluster and its plan. */
@NullMarked
package io.shiplog.projections.history.undo;

import org.jspecify.annotations.NullMarked;
