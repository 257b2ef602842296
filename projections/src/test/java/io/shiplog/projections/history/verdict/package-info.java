/** Queries on the past: each as a short history of a cluster and its answer. */
@NullMarked
package io.shiplog.projections.history.verdict;

import org.jspecify.annotations.NullMarked;
