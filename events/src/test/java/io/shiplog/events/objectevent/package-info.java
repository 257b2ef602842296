/** Tests of recording object events. */
@NullMarked
package io.shiplog.events.objectevent;

import org.jspecify.annotations.NullMarked;
