/** Tests of the name server: answers as a table, then sockets and faults. */
@NullMarked
package io.shiplog.node.dns;

import org.jspecify.annotations.NullMarked;
