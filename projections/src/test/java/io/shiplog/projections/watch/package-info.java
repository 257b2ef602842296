@NullMarked
package io.shiplog.projections.watch;

import org.jspecify.annotations.NullMarked;
