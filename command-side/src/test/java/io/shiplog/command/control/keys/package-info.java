/** Tests of the rotation of keys. */
@NullMarked
package io.shiplog.command.control.keys;

import org.jspecify.annotations.NullMarked;
