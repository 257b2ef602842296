/** Volumes and the claims to them. */
@NullMarked
package io.shiplog.command.kind.core.volume;

import org.jspecify.annotations.NullMarked;
