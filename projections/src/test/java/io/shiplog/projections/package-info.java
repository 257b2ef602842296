@NullMarked
package io.shiplog.projections;

import org.jspecify.annotations.NullMarked;
