/** Tests of {@code io.shiplog.node.net.address}. */
@NullMarked
package io.shiplog.node.net.address;

import org.jspecify.annotations.NullMarked;
