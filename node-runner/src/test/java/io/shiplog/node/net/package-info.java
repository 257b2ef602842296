/** Tests of the machine's network; those tagged {@code network} make real interfaces and rules and need root. */
@NullMarked
package io.shiplog.node.net;

import org.jspecify.annotations.NullMarked;
