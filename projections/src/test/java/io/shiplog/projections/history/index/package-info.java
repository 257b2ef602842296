/** Tests of the index over the log. */
@NullMarked
package io.shiplog.projections.history.index;

import org.jspecify.annotations.NullMarked;
