/** Rules of volumes that several groups share. */
@NullMarked
package io.shiplog.command.kind.volume;

import org.jspecify.annotations.NullMarked;
