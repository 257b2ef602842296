/** Controllers of volumes and claims. */
@NullMarked
package io.shiplog.command.control.volume;

import org.jspecify.annotations.NullMarked;
