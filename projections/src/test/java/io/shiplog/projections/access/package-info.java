@NullMarked
package io.shiplog.projections.access;

import org.jspecify.annotations.NullMarked;
