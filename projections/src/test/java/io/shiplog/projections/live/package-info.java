@NullMarked
package io.shiplog.projections.live;

import org.jspecify.annotations.NullMarked;
