/** Tests of how happenings are told. */
@NullMarked
package io.shiplog.events.objectevent;

import org.jspecify.annotations.NullMarked;
