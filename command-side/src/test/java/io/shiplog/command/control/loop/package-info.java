/** Tests of the loop that carries plans out. */
@NullMarked
package io.shiplog.command.control.loop;

import org.jspecify.annotations.NullMarked;
