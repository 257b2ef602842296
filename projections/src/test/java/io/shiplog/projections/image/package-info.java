@NullMarked
package io.shiplog.projections.image;

import org.jspecify.annotations.NullMarked;
