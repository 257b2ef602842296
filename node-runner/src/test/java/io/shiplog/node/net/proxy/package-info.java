/** Tests of {@code io.shiplog.node.net.proxy}. */
@NullMarked
package io.shiplog.node.net.proxy;

import org.jspecify.annotations.NullMarked;
