@NullMarked
package io.shiplog.projections.travel;

import org.jspecify.annotations.NullMarked;
