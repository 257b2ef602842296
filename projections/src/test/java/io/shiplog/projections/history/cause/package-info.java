/** Causes: each test as a short history of a cluster and what led to what. */
@NullMarked
package io.shiplog.projections.history.cause;

import org.jspecify.annotations.NullMarked;
