@NullMarked
package io.shiplog.projections.snapshot;

import org.jspecify.annotations.NullMarked;
