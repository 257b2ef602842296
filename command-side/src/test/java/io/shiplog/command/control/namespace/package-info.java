/** Tests of the end of a namespace. */
@NullMarked
package io.shiplog.command.control.namespace;

import org.jspecify.annotations.NullMarked;
