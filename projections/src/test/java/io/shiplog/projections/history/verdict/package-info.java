/** What is asked of the past: each question told as a short story of a cluster and its answer. */
@NullMarked
package io.shiplog.projections.history.verdict;

import org.jspecify.annotations.NullMarked;
