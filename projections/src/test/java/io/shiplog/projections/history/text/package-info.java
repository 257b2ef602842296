/** How changes are shown. */
@NullMarked
package io.shiplog.projections.history.text;

import org.jspecify.annotations.NullMarked;
