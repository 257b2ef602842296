/** What is asked of the past: each question told as a short story of a cluster and its answer. */
@NullMarked
package io.shiplog.projections.history;

import org.jspecify.annotations.NullMarked;
