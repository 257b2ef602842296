/** Tests of the life of nodes. */
@NullMarked
package io.shiplog.command.control.node;

import org.jspecify.annotations.NullMarked;
