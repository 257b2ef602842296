/** Makes what docs/events promises, and holds it against real events. */
@NullMarked
package io.shiplog.command.kind.catalogue;

import org.jspecify.annotations.NullMarked;
