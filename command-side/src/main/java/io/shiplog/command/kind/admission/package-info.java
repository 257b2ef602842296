/** Admission that concerns many kinds: what a node's certificate may write. */
@NullMarked
package io.shiplog.command.kind.admission;

import org.jspecify.annotations.NullMarked;
