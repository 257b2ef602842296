/** Tests of what is collected. */
@NullMarked
package io.shiplog.command.control.garbage;

import org.jspecify.annotations.NullMarked;
