/** Tests of how happenings are told. */
@NullMarked
package io.shiplog.events.happening;

import org.jspecify.annotations.NullMarked;
