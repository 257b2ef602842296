/** Tests of the controllers of volumes. */
@NullMarked
package io.shiplog.command.control.volume;

import org.jspecify.annotations.NullMarked;
