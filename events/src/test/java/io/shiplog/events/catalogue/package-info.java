/** Makes what docs/events promises, and holds it against real events. */
@NullMarked
package io.shiplog.events.catalogue;

import org.jspecify.annotations.NullMarked;
